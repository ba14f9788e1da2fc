package dev.cordon.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * What a token says that an application presents as an assertion. Its signature and issuer are good; whether it is its
 * time, and whether its application, user and sign-in still hold, is not looked at.
 *
 * @param applicationId the client that the token was issued to
 * @param user absent in application context
 */
public record UserAssertion(
        String tenantId, String applicationId, Optional<OfUser> user, Instant notBefore, Instant expiresAt) {

    /** Whom a token was issued for, and by which sign-in. */
    public record OfUser(String userId, String signInId) {}
}
