package dev.cordon.server.identity;

import java.util.List;
import java.util.Optional;

/**
 * How the people of a tenant sign in, and what they may without a role of the tenant's.
 *
 * @param requireSecondFactor whether a password alone does for nobody; who has no second factor enrolls one at the next
 *     sign-in
 * @param roleBasedAccess whether who is only a reader of the directory needs a role of the tenant to look
 * @param passwordDays after how many days a password must be changed; absent: never
 * @param networks from where people may sign in and get tokens, as addresses and in CIDR form; empty: from everywhere
 */
public record SignInSettings(
        boolean requireSecondFactor, boolean roleBasedAccess, Optional<Integer> passwordDays, List<String> networks) {

    public static final SignInSettings DEFAULT = new SignInSettings(false, true, Optional.empty(), List.of());

    public SignInSettings {
        networks = List.copyOf(networks);
    }

    /** Whether people may come from this IP address. */
    public boolean allows(String address) {
        return networks.isEmpty() || networks.stream().anyMatch(network -> Destination.covers(network, address));
    }
}
