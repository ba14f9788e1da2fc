package dev.cordon.server.identity;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A client assertion (RFC 7523, 3), taken apart but not yet believed. */
record ClientAssertion(SignedJWT jwt, JWTClaimsSet claims) {

    private static final int LONGEST = 16 * 1024;

    /** How far the clocks of client and server may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** @throws TokenRefusal 50027 for what is no signed JWT, which includes those with the algorithm {@code none} */
    static ClientAssertion parse(String text) {
        if (text.length() > LONGEST) {
            throw AssertionRefusals.malformed("is longer than " + LONGEST + " characters.");
        }
        try {
            var jwt = SignedJWT.parse(text);
            return new ClientAssertion(jwt, jwt.getJWTClaimsSet());
        } catch (ParseException | IllegalArgumentException e) {
            throw AssertionRefusals.malformed("is no signed JWT with claims.");
        }
    }

    JWSHeader header() {
        return jwt.getHeader();
    }

    JWSAlgorithm algorithm() {
        return jwt.getHeader().getAlgorithm();
    }

    /** Whether the application says that it made the assertion itself. */
    boolean isIssuedBy(Application application) {
        return issuer().flatMap(Guid::parse).filter(application.id()::equals).isPresent();
    }

    Optional<String> issuer() {
        return Optional.ofNullable(claims.getIssuer());
    }

    Optional<String> subject() {
        return Optional.ofNullable(claims.getSubject());
    }

    /** The one audience; nothing if there is none, or several, of which somebody else may be one. */
    Optional<String> audience() {
        var audience = claims.getAudience();
        return audience.size() == 1 ? Optional.of(audience.getFirst()) : Optional.empty();
    }

    /** When it stops to hold, the slack for clocks included. */
    Instant end() {
        var expires = claims.getExpirationTime();
        if (expires == null) {
            throw AssertionRefusals.malformed("has no 'exp'.");
        }
        return expires.toInstant().plus(SKEW);
    }

    /** @throws TokenRefusal 700024 before {@code nbf} or after {@code exp}; 50027 without {@code exp} */
    void requireInTime(Instant now) {
        var notBefore = claims.getNotBeforeTime();
        boolean early = notBefore != null && now.isBefore(notBefore.toInstant().minus(SKEW));
        if (early || !now.isBefore(end())) {
            throw AssertionRefusals.outOfTime(now);
        }
    }
}
