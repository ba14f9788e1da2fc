package dev.cordon.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.identity.RecentTokens.Good;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.TokenVerifier;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens that this server issued (RFC 7519; RFC 8725 on what goes wrong with them).
 *
 * <p>The algorithm is fixed, not read from the token: RS256 with one of our own keys, or nothing. A token is good if its
 * signature is, its issuer is that of the tenant it names, and now is within its time; its application must exist and be
 * enabled now. The permissions are those in the token; in user context the user's roles, as they are now, limit them.
 * Thread-safe.
 */
public final class JwtTokenVerifier implements TokenVerifier {

    private static final int LONGEST = 16 * 1024;

    private final Supplier<List<RSAKey>> publishedKeys;
    private final Audiences audiences;
    private final LiveApplications applications;
    private final LiveUsers users;
    private final InstantSource time;
    private final RecentTokens recent = new RecentTokens();
    private final ConcurrentHashMap<RSAKey, RSASSAVerifier> verifiers = new ConcurrentHashMap<>();

    JwtTokenVerifier(
            Supplier<List<RSAKey>> publishedKeys,
            Audiences audiences,
            Database database,
            Applications applications,
            UserDirectory users,
            InstantSource time) {
        this.publishedKeys = publishedKeys;
        this.audiences = audiences;
        this.applications = new LiveApplications(database, applications, time);
        this.users = new LiveUsers(database, users, time);
        this.time = time;
    }

    @Override
    public Caller verify(String token) {
        if (token.length() > LONGEST) {
            throw refused("it is too long.");
        }
        var now = time.instant();
        var key = RecentTokens.key(token);
        var known = recent.find(key).filter(good -> isPublished(good.keyId()));
        var good = known.orElseGet(() -> check(token, this::requireApi));
        var application = application(good, now);
        if (known.isEmpty()) {
            recent.put(key, good, now);
        }
        return good.user()
                .map(user -> user(good, user))
                .orElseGet(() -> new Caller(
                        good.tenantId(),
                        application.id(),
                        application.displayName(),
                        Caller.Context.APPLICATION,
                        good.permissions()));
    }

    /**
     * The preview was part of Microsoft Graph: there, a user's token for it opens everything to administrators of the
     * directory, whatever the application is registered for.
     */
    @Override
    public Caller verifyForPreview(String token) {
        if (token.length() > LONGEST || !isForDirectory(token)) {
            return verify(token);
        }
        var good = check(token, JwtTokenVerifier::requireDirectory);
        application(good, time.instant());
        var subject = good.user().orElseThrow(() -> refused("it is not a user's."));
        var user = live(subject);
        if (!good.permissions().contains(Graph.USER_READ) || !user.directoryAdministrator()) {
            throw ApiException.forbidden("With a token for Microsoft Graph these calls need its permission "
                    + Graph.USER_READ + ", and a user who is Security Administrator or Global Administrator.");
        }
        return new Caller(
                good.tenantId(),
                subject.userId(),
                user.userPrincipalName(),
                Caller.Context.USER,
                DelegatedPermissions.ofDefender(),
                user.roles());
    }

    /** What the token says of itself, which is checked afterwards. */
    private static boolean isForDirectory(String token) {
        try {
            var audience = JWTClaimsSet.parse(
                            JWSObject.parse(token).getPayload().toString())
                    .getAudience();
            return audience.size() == 1 && Graph.is(audience.getFirst());
        } catch (ParseException e) {
            return false;
        }
    }

    /**
     * Checks a token for userinfo: one of a user, for the directory.
     *
     * @throws ApiException 401 or 403, as for the API
     */
    public UserInfoToken verifyForUserInfo(String token) {
        if (token.length() > LONGEST) {
            throw refused("it is too long.");
        }
        var good = check(token, JwtTokenVerifier::requireDirectory);
        var application = application(good, time.instant());
        var user = good.user().orElseThrow(() -> refused("it is not a user's."));
        live(user);
        return new UserInfoToken(good.tenantId(), user.userId(), application.id(), good.permissions());
    }

    /**
     * Reads a token that an application presents as an assertion.
     *
     * @param requireAudience throws if the token's audience is not the application
     * @throws ApiException if the token is not one of this server's access tokens
     */
    public UserAssertion verifyAssertion(String token, Consumer<List<String>> requireAudience) {
        if (token.length() > LONGEST) {
            throw refused("it is too long.");
        }
        var good = check(token, requireAudience);
        return new UserAssertion(
                good.tenantId(),
                good.applicationId(),
                good.user().map(user -> new UserAssertion.OfUser(user.userId(), user.signInId())),
                good.notBefore(),
                good.expiresAt());
    }

    private Application application(Good good, Instant now) {
        if (now.isBefore(good.notBefore())) {
            throw refused("it is not valid yet.");
        }
        if (!now.isBefore(good.expiresAt())) {
            throw refused("it has expired.");
        }
        return applications
                .enabled(good.tenantId(), good.applicationId())
                .orElseThrow(() -> refused("its application does not exist or is disabled."));
    }

    private UserDirectory.LiveUser live(LiveUsers.OfUser subject) {
        return users.find(subject)
                .orElseThrow(
                        () -> refused("its user does not exist or is disabled, or the sign-in behind it was revoked."));
    }

    private Caller user(Good good, LiveUsers.OfUser subject) {
        var user = live(subject);
        return new Caller(
                good.tenantId(),
                subject.userId(),
                user.userPrincipalName(),
                Caller.Context.USER,
                good.permissions(),
                user.roles());
    }

    private Good check(String token, Consumer<List<String>> requireAudience) {
        try {
            var jws = JWSObject.parse(token);
            requireSignature(jws);
            return claims(
                    jws.getHeader().getKeyID(),
                    JWTClaimsSet.parse(jws.getPayload().toString()),
                    requireAudience);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw refused("it is malformed.");
        }
    }

    private boolean isPublished(String keyId) {
        return publishedKeys.get().stream().anyMatch(key -> key.getKeyID().equals(keyId));
    }

    private void requireSignature(JWSObject jws) throws JOSEException {
        var header = jws.getHeader();
        if (!JWSAlgorithm.RS256.equals(header.getAlgorithm())) {
            throw refused("its signature algorithm is not RS256.");
        }
        var key = publishedKeys.get().stream()
                .filter(candidate -> candidate.getKeyID().equals(header.getKeyID()))
                .findFirst()
                .orElseThrow(() -> refused("it is signed with an unknown key."));
        var verifier = verifiers.get(key);
        if (verifier == null) {
            verifier = new RSASSAVerifier(key);
            verifiers.put(key, verifier);
        }
        if (!jws.verify(verifier)) {
            throw refused("its signature is wrong.");
        }
    }

    private Good claims(String keyId, JWTClaimsSet claims, Consumer<List<String>> requireAudience)
            throws ParseException {
        var tenantId = text(claims, "tid");
        if (!AccessTokens.issuer(tenantId).equals(claims.getIssuer())) {
            throw refused("its issuer is not its tenant's.");
        }
        requireAudience.accept(claims.getAudience());
        var scope = claims.getStringClaim("scp");
        if (scope != null) {
            return new Good(
                    keyId,
                    tenantId,
                    text(claims, "appid"),
                    Optional.of(new LiveUsers.OfUser(tenantId, text(claims, "oid"), text(claims, "sid"))),
                    Set.of(scope.strip().split("\\s+", -1)),
                    instant(claims.getNotBeforeTime()),
                    instant(claims.getExpirationTime()));
        }
        var roles = claims.getStringListClaim("roles");
        return new Good(
                keyId,
                tenantId,
                text(claims, "appid"),
                Optional.empty(),
                roles == null ? Set.of() : Set.copyOf(roles),
                instant(claims.getNotBeforeTime()),
                instant(claims.getExpirationTime()));
    }

    private void requireApi(List<String> audience) {
        if (audience.size() != 1 || audiences.resource(audience.getFirst()) != Audiences.Resource.API) {
            throw ApiException.forbidden(
                    "The token was issued for another audience. Ask for one for " + Audiences.RECOMMENDED + ".");
        }
    }

    private static void requireDirectory(List<String> audience) {
        if (audience.size() != 1 || !Graph.is(audience.getFirst())) {
            throw ApiException.forbidden("The token was issued for another audience."
                    + " Userinfo takes the tokens of a sign-in that asks for OpenID Connect's scopes only.");
        }
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        var value = claims.getStringClaim(name);
        if (value == null) {
            throw refused("it lacks the claim " + name + ".");
        }
        return value;
    }

    private static Instant instant(@Nullable Date date) {
        if (date == null) {
            throw refused("it lacks its times.");
        }
        return date.toInstant();
    }

    private static ApiException refused(String why) {
        return ApiException.unauthorized("The access token is not accepted: " + why);
    }
}
