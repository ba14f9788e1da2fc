package dev.cordon.server.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.OutsideSignature;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.TokenVerifier;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Accepts, beside this server's own tokens, those of outside issuers that administrators configured (RFC 8725).
 *
 * <p>A token that is signed with one of our own keys is always ours, so that nobody can claim to issue it. For any other,
 * issuer and audience lead to one tenant; the signature must be by a key that this issuer publishes, and the claims mean
 * only what the tenant's mapping says. Configuration is remembered for a second. Thread-safe.
 */
final class OutsideTokenVerifier implements TokenVerifier {

    private static final int LONGEST = 16 * 1024;
    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final Duration SKEW = Duration.ofMinutes(5);

    /** RFC 8725, 3.11: a token of another kind is not an access token, whoever signed it. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private final TokenVerifier own;
    private final Predicate<String> isOwnKey;
    private final Database database;
    private final OutsideIssuers issuers;
    private final OutsideSignature signature;
    private final InstantSource time;
    private volatile @Nullable Seen seen;

    OutsideTokenVerifier(
            TokenVerifier own,
            Predicate<String> isOwnKey,
            Database database,
            OutsideIssuers issuers,
            OutsideSignature signature,
            InstantSource time) {
        this.own = own;
        this.isOwnKey = isOwnKey;
        this.database = database;
        this.issuers = issuers;
        this.signature = signature;
        this.time = time;
    }

    private record Seen(List<OutsideIssuer> issuers, Instant at) {}

    @Override
    public Caller verify(String token) {
        return verify(token, own::verify);
    }

    @Override
    public Caller verifyForPreview(String token) {
        return verify(token, own::verifyForPreview);
    }

    private Caller verify(String token, Function<String, Caller> own) {
        var configured = configured();
        if (configured.isEmpty() || token.length() > LONGEST) {
            return own.apply(token);
        }
        try {
            var jwt = SignedJWT.parse(token);
            var keyId = jwt.getHeader().getKeyID();
            if (keyId != null && isOwnKey.test(keyId)) {
                return own.apply(token);
            }
            var claims = jwt.getJWTClaimsSet();
            var ofIssuer = configured.stream()
                    .filter(one -> one.issuer().issuer().equals(claims.getIssuer()))
                    .toList();
            return ofIssuer.isEmpty() ? own.apply(token) : verify(jwt, claims, ofIssuer);
        } catch (ParseException | IllegalArgumentException e) {
            return own.apply(token);
        }
    }

    private Caller verify(SignedJWT jwt, JWTClaimsSet claims, List<OutsideIssuer> ofIssuer) {
        var named = ofIssuer.stream()
                .filter(one -> claims.getAudience().contains(one.audience()))
                .toList();
        if (named.size() > 1) {
            throw refused("its audiences lead to more than one tenant.");
        }
        var known = Optional.ofNullable(jwt.getHeader().getType())
                .map(type -> TYPES.contains(type.getType().toLowerCase(Locale.ROOT)))
                .orElse(true);
        if (!known) {
            throw refused("it is no access token.");
        }
        // whoever is told of a wrong audience has shown that the issuer signed
        var issuer = named.isEmpty() ? ofIssuer.getFirst() : named.getFirst();
        try {
            signature.require(jwt, issuer.issuer());
        } catch (IssuerException e) {
            throw refused(e.why());
        }
        requireTime(claims);
        if (named.isEmpty()) {
            throw ApiException.forbidden("The token was issued for another audience than those that this server"
                    + " accepts from its issuer.");
        }
        return caller(issuer, claims);
    }

    private void requireTime(JWTClaimsSet claims) {
        var now = time.instant();
        var expires = claims.getExpirationTime();
        var begins = claims.getNotBeforeTime();
        if (expires == null) {
            throw refused("it never expires.");
        }
        if (!now.isBefore(expires.toInstant().plus(SKEW))) {
            throw refused("it has expired.");
        }
        if (begins != null && now.isBefore(begins.toInstant().minus(SKEW))) {
            throw refused("it is not valid yet.");
        }
    }

    private static Caller caller(OutsideIssuer issuer, JWTClaimsSet claims) {
        var subject = claims.getSubject();
        if (subject == null || subject.isBlank()) {
            throw refused("it lacks the claim sub.");
        }
        // a GUID of its own, so that no outside subject can be taken for an application or user of this server
        var id = UUID.nameUUIDFromBytes((issuer.id() + "|" + subject).getBytes(StandardCharsets.UTF_8))
                .toString();
        var mapping = issuer.mapping();
        return mapping.isOfUser(claims)
                ? new Caller(
                        issuer.tenantId(),
                        id,
                        name(claims, subject, List.of("upn", "preferred_username", "unique_name", "email")),
                        Caller.Context.USER,
                        mapping.permissions(claims),
                        mapping.portalRoles(claims))
                : new Caller(
                        issuer.tenantId(),
                        id,
                        name(claims, subject, List.of("app_displayname", "azp", "appid", "client_id")),
                        Caller.Context.APPLICATION,
                        mapping.permissions(claims));
    }

    private static String name(JWTClaimsSet claims, String subject, List<String> candidates) {
        return candidates.stream()
                .map(claims::getClaim)
                .filter(value -> value instanceof String text && !text.isBlank())
                .map(value -> Excerpt.of(String.valueOf(value)))
                .findFirst()
                .orElseGet(() -> Excerpt.of(subject));
    }

    private List<OutsideIssuer> configured() {
        var now = time.instant();
        var known = seen;
        if (known == null || Duration.between(known.at(), now).abs().compareTo(FRESH) >= 0) {
            known = new Seen(database.read(issuers::all), now);
            seen = known;
        }
        return known.issuers();
    }

    private static ApiException refused(String why) {
        return ApiException.unauthorized("The access token is not accepted: " + why);
    }
}
