package dev.cordon.server.signin;

import dev.cordon.server.identity.AccessTokens;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenSigner;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes id tokens (OpenID Connect Core 1.0, 2) in the two dialects. Signing is slow: not inside a transaction.
 * Thread-safe.
 */
final class IdTokens {

    private final TokenSigner signer;
    private final TokenTimes times;

    IdTokens(TokenSigner signer, TokenTimes times) {
        this.signer = signer;
        this.times = times;
    }

    /**
     * Whom a token tells what about.
     *
     * @param code the authorization code that goes with it in the same answer
     * @param base URL of this server as the caller reached it
     */
    record Subject(
            Endpoint endpoint,
            Application application,
            User user,
            SignIn signIn,
            ScopeRequest scope,
            Optional<String> nonce,
            Optional<String> code,
            String base) {
        @Override
        public String toString() {
            return "Subject[" + signIn.id() + "]";
        }
    }

    String issue(Subject subject) {
        var user = subject.user();
        boolean v2 = subject.endpoint() == Endpoint.V2;
        var claims = Json.MAPPER
                .createObjectNode()
                .put("aud", subject.application().id())
                .put(
                        "iss",
                        v2 ? subject.base() + "/" + user.tenantId() + "/v2.0" : AccessTokens.issuer(user.tenantId()));
        times.now().put(claims);
        if (!v2) {
            subject.signIn().methods().forEach(claims.putArray("amr")::add);
        }
        claims.put("auth_time", subject.signIn().authenticatedAt().getEpochSecond());
        subject.code().ifPresent(code -> claims.put("c_hash", codeHash(code)));
        person(claims, user, subject.scope().email());
        if (!v2) {
            names(claims, user);
        }
        subject.nonce().ifPresent(nonce -> claims.put("nonce", nonce));
        claims.put("oid", user.id());
        if (v2) {
            claims.put("preferred_username", user.userPrincipalName());
        }
        claims.put("rh", "1." + Secret.opaque(36) + ".")
                .put("sid", subject.signIn().id())
                .put("sub", pairwise(user, subject.application().id()))
                .put("tid", user.tenantId());
        if (!v2) {
            claims.put("unique_name", user.userPrincipalName()).put("upn", user.userPrincipalName());
        }
        claims.put("uti", Secret.opaque(16)).put("ver", v2 ? "2.0" : "1.0");
        return signer.sign(claims);
    }

    /** What id tokens and userinfo both tell of a person. */
    static void person(ObjectNode claims, User user, boolean email) {
        if (email) {
            claims.put("email", user.userPrincipalName());
        }
        claims.put("name", user.displayName());
    }

    /** The parts of a name, where an administrator gave them. */
    static void names(ObjectNode claims, User user) {
        user.familyName().ifPresent(name -> claims.put("family_name", name));
        user.givenName().ifPresent(name -> claims.put("given_name", name));
    }

    /** Another one for each application (OpenID Connect Core 1.0, 8.1). */
    static String pairwise(User user, String applicationId) {
        return Secret.encode(Secret.hash(String.join("/", "sub", user.tenantId(), user.id(), applicationId)));
    }

    /** OpenID Connect Core 1.0, 3.3.2.11: the left half of the code's hash ties the two together. */
    private static String codeHash(String code) {
        return Secret.encode(Arrays.copyOf(Secret.hash(code), 16));
    }
}
