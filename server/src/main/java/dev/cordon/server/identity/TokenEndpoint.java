package dev.cordon.server.identity;

import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /{tenant}/oauth2/token} and {@code /{tenant}/oauth2/v2.0/token}: reads the form, hands it to the grant that
 * it names, and writes what comes of it. Thread-safe.
 */
final class TokenEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);

    /** The alias for personal accounts, of which there are none here: it leads nowhere, whatever the grant. */
    private static final String CONSUMERS = "consumers";

    private final Map<String, Grant> grants;
    private final TokenAnswers answers;
    private final CrossOriginHeaders crossOrigin;

    /** @param grants by {@code grant_type}, in lower case */
    TokenEndpoint(Map<String, Grant> grants, TokenAnswers answers, CrossOrigins origins) {
        this.grants = Map.copyOf(grants);
        this.answers = answers;
        this.crossOrigin = new CrossOriginHeaders(origins);
    }

    void handle(Context http, Endpoint endpoint) {
        var body = http.bodyAsBytes(); // what the web server refuses, such as too much of it, is no failure of ours
        TokenAnswers.common(http);
        var correlation = Correlation.of(http);
        try {
            var form = TokenForm.read(http.method(), body);
            correlation = Correlation.of(http, form);
            crossOrigin.answer(http, form.optional("client_id"));
            var request = new TokenRequest(
                    endpoint,
                    http.pathParam("tenant"),
                    form,
                    Optional.ofNullable(http.header("Authorization")),
                    http.ip(),
                    RequestUrls.base(http),
                    CrossOriginHeaders.foreign(http));
            var grant = grant(form);
            if (CONSUMERS.equalsIgnoreCase(request.tenantName())) {
                throw TokenRefusal.aliasNotAllowed(request.tenantName());
            }
            answers.token(http, endpoint, grant.issue(request));
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

    /** A browser asks whether a page of another origin may call. */
    void preflight(Context http) {
        crossOrigin.preflight(http);
    }

    /** Any other method. */
    void refuseMethod(Context http, Endpoint endpoint) {
        TokenAnswers.common(http);
        answers.refusal(http, endpoint, TokenRefusal.wrongMethod(http.method().name()), Correlation.of(http));
    }

    /** The front door of the device code grant, which this server does not have. */
    void refuseDeviceCode(Context http, Endpoint endpoint) {
        TokenAnswers.common(http);
        answers.refusal(
                http, endpoint, TokenRefusal.unsupportedGrant("device_code", grants.keySet()), Correlation.of(http));
    }

    private Grant grant(TokenForm form) {
        var name = form.required("grant_type");
        var grant = grants.get(name.toLowerCase(Locale.ROOT));
        if (grant == null) {
            throw TokenRefusal.unsupportedGrant(name, grants.keySet());
        }
        return grant;
    }
}
