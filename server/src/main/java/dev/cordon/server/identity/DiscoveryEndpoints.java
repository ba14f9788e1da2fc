package dev.cordon.server.identity;

import com.nimbusds.jose.jwk.RSAKey;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** What token libraries fetch before they ask for a token. All of it is public. Thread-safe. */
final class DiscoveryEndpoints {

    private final TenantPath tenants;
    private final Supplier<List<RSAKey>> keys;
    private final TokenAnswers answers;

    DiscoveryEndpoints(TenantPath tenants, Supplier<List<RSAKey>> keys, TokenAnswers answers) {
        this.tenants = tenants;
        this.keys = keys;
        this.answers = answers;
    }

    void openIdConfiguration(Context http, Endpoint endpoint) {
        answer(http, () -> OpenIdConfiguration.document(endpoint, RequestUrls.base(http), tenant(http)));
    }

    void signingKeys(Context http, Endpoint endpoint) {
        answer(http, () -> {
            var issuer = OpenIdConfiguration.issuer(endpoint, RequestUrls.base(http), tenant(http));
            return SigningKeyDocument.document(endpoint, keys.get(), issuer);
        });
    }

    void instance(Context http) {
        answer(http, () -> {
            var asked = http.queryParam("authorization_endpoint");
            if (asked == null || asked.isBlank()) {
                throw TokenRefusal.missingParameter("authorization_endpoint");
            }
            return InstanceDiscovery.document(RequestUrls.base(http), asked);
        });
    }

    /** Tells the password grant that this server checks passwords itself. */
    void userRealm(Context http) {
        answer(http, () -> {
            var user = http.pathParam("username");
            return Json.MAPPER
                    .createObjectNode()
                    .put("ver", "1.0")
                    .put("account_type", "Managed")
                    .put("domain_name", Excerpt.of(user.substring(user.lastIndexOf('@') + 1)))
                    .put("cloud_instance_name", "microsoftonline.com")
                    .put("cloud_audience_urn", "urn:federation:MicrosoftOnline");
        });
    }

    private TenantPath.Resolved tenant(Context http) {
        return tenants.resolve(http.pathParam("tenant"));
    }

    private void answer(Context http, Supplier<ObjectNode> document) {
        TokenAnswers.common(http);
        try {
            var bytes = Json.MAPPER.writeValueAsBytes(document.get());
            http.header("Cache-Control", "max-age=86400, private")
                    .header("Access-Control-Allow-Origin", "*")
                    .contentType("application/json; charset=utf-8")
                    .result(bytes);
        } catch (TokenRefusal refusal) {
            answers.refusal(http, refusal, Correlation.of(http));
        }
    }
}
