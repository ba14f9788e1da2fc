package dev.cordon.server.users;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One sign-in of a user to an application. All tokens that come of it hang on it: revoke it, and they are void.
 *
 * @param methods how the user proved to be it, in words of RFC 8176: {@code pwd}, {@code otp}, {@code hwk}
 * @param issuerId of the outside issuer at which the user signed in; absent: here
 * @param scope what was asked for
 */
public record SignIn(
        String id,
        String tenantId,
        String applicationId,
        String userId,
        List<String> methods,
        Optional<String> issuerId,
        String scope,
        Instant authenticatedAt,
        boolean revoked) {
    public SignIn {
        methods = List.copyOf(methods);
    }
}
