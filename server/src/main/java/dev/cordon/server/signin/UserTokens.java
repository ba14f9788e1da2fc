package dev.cordon.server.signin;

import dev.cordon.server.identity.AccessToken;
import dev.cordon.server.identity.AccessTokens;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenSigner;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import tools.jackson.databind.node.ObjectNode;

/** Makes the tokens of a sign-in: which claims they hold, in which order. Signing is slow: not inside a transaction. Thread-safe. */
final class UserTokens {

    private final SecureRandom random = new SecureRandom();
    private final TokenSigner signer;
    private final InstantSource time;

    UserTokens(TokenSigner signer, InstantSource time) {
        this.signer = signer;
        this.time = time;
    }

    /**
     * Everything that tokens are made of.
     *
     * @param scope what the sign-in or the refresh asks for
     * @param granted what the access token holds
     * @param address the client's IP address
     * @param base URL of this server as the caller reached it
     */
    record Material(
            Endpoint endpoint,
            AuthenticatedClient client,
            User user,
            SignIn signIn,
            ScopeRequest scope,
            SortedSet<String> granted,
            Optional<String> nonce,
            Optional<String> refreshToken,
            boolean clientInfo,
            String address,
            String base) {
        @Override
        public String toString() {
            return "Material[" + signIn.id() + "]";
        }
    }

    TokenAnswer answer(Material material) {
        return new TokenAnswer(
                accessToken(material),
                Optional.of(scope(material)),
                material.refreshToken(),
                material.scope().openId() ? Optional.of(idToken(material)) : Optional.empty(),
                material.clientInfo() ? Optional.of(clientInfo(material.user())) : Optional.empty());
    }

    private AccessToken accessToken(Material material) {
        var times = times();
        var user = material.user();
        var application = material.client().application();
        var claims = Json.MAPPER
                .createObjectNode()
                .put("aud", material.scope().resource())
                .put("iss", AccessTokens.issuer(user.tenantId()));
        times.put(claims).put("acr", "1").put("aio", opaque(30));
        material.signIn().methods().forEach(claims.putArray("amr")::add);
        claims.put("app_displayname", application.displayName())
                .put("appid", application.id())
                .put("appidacr", material.client().proof().acr())
                .put("ipaddr", material.address())
                .put("name", user.displayName())
                .put("oid", user.id())
                .put("rh", "1." + opaque(36) + ".")
                .put("scp", String.join(" ", material.granted()))
                .put("sid", material.signIn().id())
                .put("sub", subject(user, application.id()))
                .put("tenant_region_scope", AccessTokens.REGION)
                .put("tid", user.tenantId())
                .put("unique_name", user.userPrincipalName())
                .put("upn", user.userPrincipalName())
                .put("uti", opaque(16))
                .put("ver", "1.0");
        return new AccessToken(signer.sign(claims), material.scope().resource(), times.notBefore(), times.expiresAt());
    }

    /** OpenID Connect Core 1.0, 2; in the two dialects. */
    private String idToken(Material material) {
        var user = material.user();
        boolean v2 = material.endpoint() == Endpoint.V2;
        var claims = Json.MAPPER
                .createObjectNode()
                .put("aud", material.client().application().id())
                .put(
                        "iss",
                        v2 ? material.base() + "/" + user.tenantId() + "/v2.0" : AccessTokens.issuer(user.tenantId()));
        times().put(claims);
        if (!v2) {
            material.signIn().methods().forEach(claims.putArray("amr")::add);
        }
        claims.put("auth_time", material.signIn().authenticatedAt().getEpochSecond())
                .put("name", user.displayName());
        material.nonce().ifPresent(nonce -> claims.put("nonce", nonce));
        claims.put("oid", user.id());
        if (v2) {
            claims.put("preferred_username", user.userPrincipalName());
        }
        claims.put("rh", "1." + opaque(36) + ".")
                .put("sid", material.signIn().id())
                .put("sub", subject(user, material.client().application().id()))
                .put("tid", user.tenantId());
        if (!v2) {
            claims.put("unique_name", user.userPrincipalName()).put("upn", user.userPrincipalName());
        }
        claims.put("uti", opaque(16)).put("ver", v2 ? "2.0" : "1.0");
        return signer.sign(claims);
    }

    /** At v2 each permission stands behind its resource, as clients ask for it; at v1 they stand alone. */
    private static String scope(Material material) {
        if (material.endpoint() == Endpoint.V1) {
            return String.join(" ", material.granted());
        }
        var words = new ArrayList<String>();
        if (material.scope().ofDirectory()) {
            words.addAll(material.granted());
        } else {
            var resource = material.scope().resource();
            material.granted().forEach(permission -> words.add(resource + "/" + permission));
            if (material.scope().all()) {
                words.add(resource + "/.default");
            }
            if (material.scope().openId()) {
                words.addAll(List.of("openid", "profile"));
            }
        }
        return String.join(" ", words);
    }

    /** How token libraries tell accounts apart. */
    private static String clientInfo(User user) {
        var info = Json.MAPPER.createObjectNode().put("uid", user.id()).put("utid", user.tenantId());
        return encode(Json.MAPPER.writeValueAsBytes(info));
    }

    /** Another one for each application (OpenID Connect Core 1.0, 8.1: pairwise). */
    static String subject(User user, String applicationId) {
        return encode(Secret.hash(String.join("/", "sub", user.tenantId(), user.id(), applicationId)));
    }

    private Times times() {
        var now = time.instant().truncatedTo(ChronoUnit.SECONDS);
        return new Times(now.minus(AccessTokens.BACK_DATED), now.plus(AccessTokens.LIFETIME));
    }

    private record Times(Instant notBefore, Instant expiresAt) {
        ObjectNode put(ObjectNode claims) {
            return claims.put("iat", notBefore.getEpochSecond())
                    .put("nbf", notBefore.getEpochSecond())
                    .put("exp", expiresAt.getEpochSecond());
        }
    }

    private String opaque(int bytes) {
        var value = new byte[bytes];
        random.nextBytes(value);
        return encode(value);
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
