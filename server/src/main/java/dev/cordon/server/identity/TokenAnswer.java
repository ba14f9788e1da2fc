package dev.cordon.server.identity;

import java.util.Optional;

/**
 * What a grant gives out (RFC 6749, 5.1).
 *
 * @param scope the granted delegated permissions, for grants with a user
 * @param clientInfo which account it is, in the form that token libraries keep it
 */
public record TokenAnswer(
        AccessToken accessToken,
        Optional<String> scope,
        Optional<String> refreshToken,
        Optional<String> idToken,
        Optional<String> clientInfo) {

    /** An access token and nothing else, as an application without a user gets it. */
    static TokenAnswer of(AccessToken accessToken) {
        return new TokenAnswer(accessToken, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Override
    public String toString() {
        return "TokenAnswer[" + accessToken + "]";
    }
}
