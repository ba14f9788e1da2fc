package dev.cordon.server.federation;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.OutsideSignature;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks an id token of an issuer (OpenID Connect Core 1.0, 3.1.3.7; RFC 8725): signed by the issuer, for this server, of
 * now, and the answer to this very request. Thread-safe.
 */
final class IdTokenCheck {

    private static final int LONGEST = 64 * 1024;
    private static final int LONGEST_SUBJECT = 255;
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final OutsideSignature signature;
    private final InstantSource time;

    IdTokenCheck(OutsideSignature signature, InstantSource time) {
        this.signature = signature;
        this.time = time;
    }

    /** @throws IssuerException if the token is not to be believed */
    JWTClaimsSet check(String idToken, SignInIssuer issuer, StartedSignIns.Started started) {
        if (idToken.length() > LONGEST) {
            throw new IssuerException("The id token is longer than " + LONGEST + " characters.");
        }
        try {
            var jwt = SignedJWT.parse(idToken);
            signature.require(jwt, issuer.issuer());
            var claims = jwt.getJWTClaimsSet();
            require(issuer.issuer().issuer().equals(claims.getIssuer()), "is of another issuer");
            requireAudience(claims, issuer.clientId());
            requireTime(claims);
            require(
                    started.nonce().equals(claims.getStringClaim("nonce")),
                    "answers another request: its nonce differs");
            var subject = claims.getSubject();
            require(
                    subject != null && !subject.isBlank() && subject.length() <= LONGEST_SUBJECT,
                    "names nobody: its sub is missing or too long");
            var signedInAt = signedInAt(claims);
            require(
                    !started.afresh()
                            || signedInAt.isEmpty()
                            || signedInAt.get().plus(SKEW).isAfter(started.begunAt()),
                    "is of a sign-in before this one, though the person was to be asked again");
            return claims;
        } catch (ParseException e) {
            throw new IssuerException("The id token is not signed, or no id token.");
        }
    }

    /** When the person showed the issuer who it is, if the issuer says so. */
    static Optional<Instant> signedInAt(JWTClaimsSet claims) {
        try {
            return Optional.ofNullable(claims.getDateClaim("auth_time")).map(Date::toInstant);
        } catch (ParseException e) {
            throw new IssuerException("The id token's auth_time is no time.");
        }
    }

    /** What the issuer calls its session, if it says so (OpenID Connect Front-Channel Logout 1.0, 3). */
    static Optional<String> session(JWTClaimsSet claims) {
        return Optional.ofNullable(claims.getClaim("sid"))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(sid -> !sid.isBlank() && sid.length() <= LONGEST_SUBJECT);
    }

    private static void requireAudience(JWTClaimsSet claims, String clientId) throws ParseException {
        require(claims.getAudience().contains(clientId), "is for another application: its aud lacks the client id");
        @Nullable String authorized = claims.getStringClaim("azp");
        require(
                authorized == null ? claims.getAudience().size() == 1 : authorized.equals(clientId),
                "was given to another application: its azp is not the client id");
    }

    private void requireTime(JWTClaimsSet claims) {
        var now = time.instant();
        var expires = claims.getExpirationTime();
        var begins = claims.getNotBeforeTime();
        var issued = claims.getIssueTime();
        require(expires != null && now.isBefore(expires.toInstant().plus(SKEW)), "has expired");
        require(begins == null || !now.isBefore(begins.toInstant().minus(SKEW)), "is not valid yet");
        require(
                issued == null || !now.isBefore(issued.toInstant().minus(SKEW)),
                "is of the future: look at the clocks");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IssuerException("The id token " + otherwise + ".");
        }
    }
}
