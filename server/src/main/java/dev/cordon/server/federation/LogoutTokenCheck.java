package dev.cordon.server.federation;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.OutsideSignature;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/**
 * Checks a logout token of an issuer (OpenID Connect Back-Channel Logout 1.0, 2.6): signed by the issuer, for this server,
 * of now, about a logout, and no id token. Whether it came before is not asked: a session ends once. Thread-safe.
 */
final class LogoutTokenCheck {

    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final int LONGEST = 16 * 1024;
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final OutsideSignature signature;
    private final InstantSource time;

    LogoutTokenCheck(OutsideSignature signature, InstantSource time) {
        this.signature = signature;
        this.time = time;
    }

    /** @throws IssuerException if the token is not to be believed */
    JWTClaimsSet check(String token, SignInIssuer issuer) {
        require(token.length() <= LONGEST, "is too long");
        try {
            var jwt = SignedJWT.parse(token);
            var claims = jwt.getJWTClaimsSet();
            require(issuer.issuer().issuer().equals(claims.getIssuer()), "is of another issuer");
            require(claims.getAudience().contains(issuer.clientId()), "is for another application");
            var issued = claims.getIssueTime();
            var expires = claims.getExpirationTime();
            var now = time.instant();
            require(
                    issued != null
                            && !now.isBefore(issued.toInstant().minus(SKEW))
                            && now.isBefore((expires == null ? issued : expires)
                                    .toInstant()
                                    .plus(SKEW)),
                    "is not of now");
            require(
                    claims.getClaim("events") instanceof Map<?, ?> events && events.containsKey(EVENT),
                    "tells of no logout");
            require(claims.getClaim("nonce") == null, "is an id token: it has a nonce");
            require(IdTokenCheck.session(claims).isPresent() || claims.getSubject() != null, "names nobody");
            signature.require(jwt, issuer.issuer());
            return claims;
        } catch (ParseException e) {
            throw new IssuerException("The logout token is not signed, or no token.");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IssuerException("The logout token " + otherwise + ".");
        }
    }
}
