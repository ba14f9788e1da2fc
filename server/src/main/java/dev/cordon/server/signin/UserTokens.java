package dev.cordon.server.signin;

import dev.cordon.server.federation.Federation;
import dev.cordon.server.federation.SignInIssuer;
import dev.cordon.server.identity.AccessToken;
import dev.cordon.server.identity.AccessTokens;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenSigner;
import dev.cordon.server.users.DirectoryRole;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** Makes the tokens of a sign-in: which claims they hold, in which order. Signing is slow: not inside a transaction. Thread-safe. */
final class UserTokens {

    private final TokenSigner signer;
    private final IdTokens idTokens;
    private final Federation federation;
    private final TokenTimes times;

    UserTokens(TokenSigner signer, IdTokens idTokens, Federation federation, TokenTimes times) {
        this.signer = signer;
        this.idTokens = idTokens;
        this.federation = federation;
        this.times = times;
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
                material.scope().openId() ? Optional.of(idTokens.issue(subject(material))) : Optional.empty(),
                material.clientInfo() ? Optional.of(clientInfo(material.user())) : Optional.empty());
    }

    private AccessToken accessToken(Material material) {
        var span = times.now();
        var user = material.user();
        var application = material.client().application();
        var claims = Json.MAPPER
                .createObjectNode()
                .put("aud", material.scope().audience())
                .put("iss", AccessTokens.issuer(user.tenantId()));
        span.put(claims).put("acr", "1").put("aio", Secret.opaque(30));
        material.signIn().methods().forEach(claims.putArray("amr")::add);
        claims.put("app_displayname", application.displayName())
                .put("appid", application.id())
                .put("appidacr", material.client().proof().acr());
        IdTokens.names(claims, user);
        outsideIssuer(material.signIn()).ifPresent(issuer -> claims.put("idp", issuer));
        claims.put("ipaddr", material.address())
                .put("name", user.displayName())
                .put("oid", user.id())
                .put("rh", "1." + Secret.opaque(36) + ".")
                .put("scp", String.join(" ", material.granted()))
                .put("sid", material.signIn().id())
                .put("sub", IdTokens.pairwise(user, application.id()))
                .put("tenant_region_scope", AccessTokens.REGION)
                .put("tid", user.tenantId())
                .put("unique_name", user.userPrincipalName())
                .put("upn", user.userPrincipalName())
                .put("uti", Secret.opaque(16))
                .put("ver", "1.0");
        if (!user.directoryRoles().isEmpty()) {
            var wids = claims.putArray("wids");
            user.directoryRoles().stream()
                    .sorted()
                    .map(DirectoryRole::templateId)
                    .forEach(wids::add);
        }
        return new AccessToken(signer.sign(claims), material.scope().audience(), span.notBefore(), span.expiresAt());
    }

    /** Who knew the user, if it was not this server. */
    private Optional<String> outsideIssuer(SignIn signIn) {
        return signIn.issuerId()
                .flatMap(id -> federation.find(signIn.tenantId(), id))
                .map(SignInIssuer::iss);
    }

    private IdTokens.Subject subject(Material material) {
        return new IdTokens.Subject(
                material.endpoint(),
                material.client().application(),
                material.user(),
                material.signIn(),
                material.scope(),
                material.nonce(),
                Optional.empty(),
                material.base());
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
        return Secret.encode(Json.MAPPER.writeValueAsBytes(info));
    }
}
