package dev.cordon.server.identity;

import java.time.Instant;

/**
 * What is known of a client secret afterwards; the secret itself is not kept.
 *
 * @param hint its first characters, to tell secrets apart
 */
public record ApplicationSecret(String id, String hint, Instant startsAt, Instant expiresAt) {

    /** A new secret, in the one moment in which it can be read. */
    public record Created(ApplicationSecret about, String secret) {

        /** Leaves the secret out, so that it gets into no log by accident. */
        @Override
        public String toString() {
            return "Created[about=" + about + "]";
        }
    }

    boolean holdsAt(Instant instant) {
        return !instant.isBefore(startsAt) && instant.isBefore(expiresAt);
    }
}
