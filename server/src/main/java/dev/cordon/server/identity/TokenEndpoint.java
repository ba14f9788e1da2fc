package dev.cordon.server.identity;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.cordon.server.store.Database;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /{tenant}/oauth2/token} and {@code /{tenant}/oauth2/v2.0/token}: the client credentials grant (RFC 6749,
 * 4.4) as Entra speaks it. The order of the checks is grant, tenant, client, resource. Thread-safe.
 */
final class TokenEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);
    private static final Set<String> ALIASES = Set.of("common", "organizations", "consumers");

    private final Database database;
    private final Tenants tenants;
    private final ClientAuthentication authentication;
    private final RequestedResource requestedResource;
    private final Audiences audiences;
    private final AccessTokens accessTokens;
    private final TokenAnswers answers;

    TokenEndpoint(
            Database database,
            Tenants tenants,
            ClientAuthentication authentication,
            Audiences audiences,
            AccessTokens accessTokens,
            TokenAnswers answers) {
        this.database = database;
        this.tenants = tenants;
        this.authentication = authentication;
        this.requestedResource = new RequestedResource(audiences);
        this.audiences = audiences;
        this.accessTokens = accessTokens;
        this.answers = answers;
    }

    void handle(Context http, Endpoint endpoint) {
        var body = http.bodyAsBytes(); // what the web server refuses, such as too much of it, is no failure of ours
        TokenAnswers.common(http);
        var correlation = Correlation.of(http);
        try {
            var form = TokenForm.read(http.method(), body);
            correlation = Correlation.of(http, form);
            answers.token(http, endpoint, issue(http, endpoint, form));
        } catch (TokenRefusal refusal) {
            LOG.atInfo()
                    .addKeyValue("tenant", Excerpt.of(http.pathParam("tenant")))
                    .addKeyValue("error", "AADSTS" + refusal.number())
                    .addKeyValue("ip", http.ip())
                    .log("token.refused");
            answers.refusal(http, endpoint, refusal, correlation);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("token.failed");
            answers.refusal(http, endpoint, TokenRefusal.internal(), correlation);
        }
    }

    /** Any other method. */
    void refuseMethod(Context http, Endpoint endpoint) {
        TokenAnswers.common(http);
        answers.refusal(http, endpoint, TokenRefusal.wrongMethod(http.method().name()), Correlation.of(http));
    }

    /** The front door of the device code grant, which this server does not have. */
    void refuseDeviceCode(Context http, Endpoint endpoint) {
        TokenAnswers.common(http);
        answers.refusal(http, endpoint, TokenRefusal.unsupportedGrant("device_code"), Correlation.of(http));
    }

    private AccessToken issue(Context http, Endpoint endpoint, TokenForm form) {
        var tenantName = http.pathParam("tenant");
        var grant = form.required("grant_type");
        if (!GrantType.CLIENT_CREDENTIALS.getValue().equals(grant.toLowerCase(Locale.ROOT))) {
            throw TokenRefusal.unsupportedGrant(grant);
        }
        if (ALIASES.contains(tenantName.toLowerCase(Locale.ROOT))) {
            throw TokenRefusal.aliasNotAllowed(tenantName);
        }
        var credential = ClientCredential.parse(form, Optional.ofNullable(http.header("Authorization")));
        var client = database.read(sql -> {
            var tenant = tenants.find(sql, tenantName).orElseThrow(() -> TokenRefusal.tenantNotFound(tenantName));
            return authentication.authenticate(sql, tenant, credential);
        });
        var resource = requestedResource.of(form, endpoint);
        if (audiences.resource(resource) == Audiences.Resource.UNKNOWN) {
            throw TokenRefusal.resourceNotFound(resource, client.tenantId());
        }
        var token = accessTokens.issue(client, resource);
        LOG.atDebug()
                .addKeyValue("tenant", client.tenantId())
                .addKeyValue("application", client.id())
                .addKeyValue("audience", token.audience())
                .log("token.issued");
        return token;
    }
}
