package dev.cordon.server.users;

import java.time.Instant;
import java.util.List;

/**
 * A browser in which a user has signed in.
 *
 * @param hash of the secret in its cookie
 * @param methods how, in words of RFC 8176
 * @param complete false while a second factor is still to come
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Session(byte[] hash, User user, List<String> methods, boolean complete, Instant authenticatedAt) {
    public Session {
        methods = List.copyOf(methods);
    }
}
