package dev.cordon.server.signin;

import dev.cordon.server.identity.AccessTokens;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.node.ObjectNode;

/** From when to when tokens hold: dated back a little, because clocks differ. Thread-safe. */
record TokenTimes(InstantSource time) {

    Span now() {
        var now = time.instant().truncatedTo(ChronoUnit.SECONDS);
        return new Span(now.minus(AccessTokens.BACK_DATED), now.plus(AccessTokens.LIFETIME));
    }

    /** The times of one token. */
    record Span(Instant notBefore, Instant expiresAt) {
        ObjectNode put(ObjectNode claims) {
            return claims.put("iat", notBefore.getEpochSecond())
                    .put("nbf", notBefore.getEpochSecond())
                    .put("exp", expiresAt.getEpochSecond());
        }
    }
}
