package dev.cordon.server.users;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A browser in which a user has signed in.
 *
 * @param hash of the secret in its cookie
 * @param methods how, in words of RFC 8176
 * @param outside where the user signed in; absent: here
 * @param complete false while a second factor is still to come
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Session(
        byte[] hash,
        User user,
        List<String> methods,
        Optional<OutsideSession> outside,
        boolean complete,
        Instant authenticatedAt) {
    public Session {
        methods = List.copyOf(methods);
    }

    /** The outside issuer at which the user signed in, if any. */
    public Optional<String> issuerId() {
        return outside.map(OutsideSession::issuerId);
    }
}
