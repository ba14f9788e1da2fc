package dev.cordon.server.users;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A person who can sign in.
 *
 * @param id the object id in tokens; GUID, lower case with dashes
 * @param userPrincipalName the name to sign in with, in the form of an address; lower case
 * @param secondFactor whether a password alone does not do
 * @param hasPassword false until the user has followed an invitation
 * @param hasTotp whether the user has enrolled an authenticator application
 * @param hasPasskey whether the user has enrolled a passkey, under whatever host name
 */
public record User(
        String tenantId,
        String id,
        String userPrincipalName,
        String displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        Set<DirectoryRole> directoryRoles,
        boolean enabled,
        boolean secondFactor,
        boolean hasPassword,
        boolean hasTotp,
        boolean hasPasskey,
        Instant createdAt) {

    public User {
        directoryRoles = Set.copyOf(directoryRoles);
    }

    /** This person as the audit log names whoever did something. */
    public String actor() {
        return userPrincipalName + " (" + id + ")";
    }

    /** Whether there is a second factor that can be asked for. */
    public boolean hasSecondFactor() {
        return hasTotp || hasPasskey;
    }
}
