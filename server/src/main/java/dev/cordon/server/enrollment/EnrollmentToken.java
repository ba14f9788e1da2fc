package dev.cordon.server.enrollment;

import java.time.Instant;
import java.util.Optional;

/**
 * A permission to enroll machines, limited in time and uses. Its secret is not kept, only the secret's hash.
 *
 * @param id GUID, lower case with dashes; part of the token's text
 */
public record EnrollmentToken(
        String tenantId,
        String id,
        String description,
        int maxUses,
        int uses,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> revokedAt) {

    /** Whether a token can still be used, and if not, why. */
    public enum State {
        ACTIVE("Active"),
        EXPIRED("Expired"),
        USED_UP("UsedUp"),
        REVOKED("Revoked");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** As JSON shows it. */
        public String text() {
            return text;
        }
    }

    public State state(Instant now) {
        if (revokedAt.isPresent()) {
            return State.REVOKED;
        }
        if (!now.isBefore(expiresAt)) {
            return State.EXPIRED;
        }
        return uses < maxUses ? State.ACTIVE : State.USED_UP;
    }
}
