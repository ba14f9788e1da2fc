package dev.cordon.server.signin;

import dev.cordon.server.users.PasskeyCeremony;
import dev.cordon.server.users.PasskeyCeremony.Purpose;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Under which host name a passkey is made or used (the RP ID of Web Authentication Level 3, 5.1.2): the one in the address
 * bar, if it is a name that the operator gave this server. An IP address is no such name. Thread-safe.
 */
final class PasskeySite {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final Set<String> names;
    private final Browser browser;

    /** @param names by which people reach this server; addresses among them are passed over */
    PasskeySite(Collection<String> names, Browser browser) {
        this.names = names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !ADDRESS.matcher(name).matches())
                .collect(Collectors.toUnmodifiableSet());
        this.browser = browser;
    }

    /** Empty where passkeys do not work. */
    Optional<String> rpId(Context http) {
        return Optional.ofNullable(http.req().getServerName())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(names::contains);
    }

    /** Empty where passkeys do not work. */
    Optional<PasskeyCeremony> ceremony(Context http, Purpose purpose) {
        return rpId(http)
                .map(rpId -> new PasskeyCeremony(
                        purpose, RequestUrls.base(http).toLowerCase(Locale.ROOT), rpId, browser.binding(http)));
    }
}
