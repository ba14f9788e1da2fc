package dev.cordon.server.signin;

import dev.cordon.server.identity.Correlation;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenAnswers;
import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /{tenant}/oauth2/devicecode} and {@code /{tenant}/oauth2/v2.0/devicecode} (RFC 8628, 3.1). A GET that has a
 * form in its body is answered like the POST, as at the token endpoint. Thread-safe.
 */
final class DeviceCodeEndpoint {

    /** Where users type the short code. */
    static final String PAGE = "/devicelogin";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceCodeEndpoint.class);
    private static final long INTERVAL_SECONDS = 5;

    private final Parts parts;
    private final AuthorizeRequests requests;
    private final GrantedScopes scopes;
    private final DeviceCodes codes;

    DeviceCodeEndpoint(Parts parts, AuthorizeRequests requests, GrantedScopes scopes, DeviceCodes codes) {
        this.parts = parts;
        this.requests = requests;
        this.scopes = scopes;
        this.codes = codes;
    }

    void create(Context http, Endpoint endpoint) {
        var body = http.bodyAsBytes();
        TokenAnswers.common(http);
        try {
            parts.openWork().begin(http);
            answer(http, endpoint, TokenForm.read(http.method(), body));
        } catch (TokenRefusal refusal) {
            LOG.atInfo()
                    .addKeyValue("error", "AADSTS" + refusal.number())
                    .addKeyValue("ip", http.ip())
                    .log("devicecode.refused");
            parts.identity().answers().refusal(http, endpoint, refusal, Correlation.of(http));
        }
    }

    private void answer(Context http, Endpoint endpoint, TokenForm form) {
        var clientId = form.required("client_id");
        var scope = scopes.asked(endpoint, form.optional("resource"), form.optional("scope"));
        var created = parts.database().write(sql -> {
            var application =
                    requests.owned(sql, http.pathParam("tenant"), clientId).application();
            if (!application.enabled()) {
                throw TokenRefusal.applicationDisabled(application.id());
            }
            if (ConsoleApplication.is(application)) {
                // nobody is asked for consent to it, so a stranger's code must not be enough
                throw TokenRefusal.of(
                        7000218,
                        "unauthorized_client",
                        400,
                        "The console takes no device codes; open it in a browser.");
            }
            scopes.wanted(sql, application, scope);
            return codes.create(sql, application, scope.text());
        });
        var page = RequestUrls.base(http) + PAGE;
        var answer = Json.MAPPER
                .createObjectNode()
                .put("user_code", created.userCode())
                .put("device_code", created.deviceCode());
        long seconds = DeviceCodes.LIFETIME.toSeconds();
        switch (endpoint) {
            case V1 ->
                answer.put("verification_url", page)
                        .put("expires_in", String.valueOf(seconds))
                        .put("interval", String.valueOf(INTERVAL_SECONDS));
            case V2 ->
                answer.put("verification_uri", page).put("expires_in", seconds).put("interval", INTERVAL_SECONDS);
        }
        answer.put("message", DeviceMessage.of(Optional.ofNullable(http.queryParam("mkt")), page, created.userCode()));
        TokenAnswers.unkept(http, endpoint);
        http.contentType("application/json; charset=utf-8").result(Json.MAPPER.writeValueAsBytes(answer));
    }
}
