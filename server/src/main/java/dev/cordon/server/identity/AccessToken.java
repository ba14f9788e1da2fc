package dev.cordon.server.identity;

import java.time.Instant;

/**
 * An issued access token.
 *
 * @param value the JWT in compact form; whoever has it may act, so it gets into no log
 * @param audience the resource id as the client asked for it
 */
public record AccessToken(String value, String audience, Instant notBefore, Instant expiresAt) {

    @Override
    public String toString() {
        return "AccessToken[audience=" + audience + ", expiresAt=" + expiresAt + "]";
    }
}
