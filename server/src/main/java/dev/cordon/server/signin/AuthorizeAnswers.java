package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Sends the browser back to the client, in the form that the client wants (OAuth 2.0 response modes). Stateless. */
final class AuthorizeAnswers {

    /** Sends the page's form; whoever allows no scripts presses the button. */
    private static final String SCRIPT = "document.forms[0].submit()";

    private AuthorizeAnswers() {}

    static void success(Context http, AuthorizeRequest request, Optional<String> code, Optional<String> idToken) {
        var parameters = new LinkedHashMap<String, String>();
        code.ifPresent(value -> parameters.put("code", value));
        idToken.ifPresent(value -> parameters.put("id_token", value));
        request.state().ifPresent(state -> parameters.put("state", state));
        parameters.put("session_state", UUID.randomUUID().toString());
        send(http, request, parameters);
    }

    static void error(Context http, AuthorizeRequest request, TokenRefusal refusal) {
        error(http, request, refusal.error(), refusal);
    }

    /** @param error the OAuth code, where this endpoint has another one than the token endpoint */
    static void error(Context http, AuthorizeRequest request, String error, TokenRefusal refusal) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("error", error);
        parameters.put("error_description", "AADSTS" + refusal.number() + ": " + refusal.getMessage());
        request.state().ifPresent(state -> parameters.put("state", state));
        send(http, request, parameters);
    }

    private static void send(Context http, AuthorizeRequest request, Map<String, String> parameters) {
        switch (request.responseMode()) {
            case QUERY ->
                redirect(
                        http,
                        request.redirectUri() + (request.redirectUri().contains("?") ? "&" : "?") + encode(parameters));
            case FRAGMENT -> redirect(http, request.redirectUri() + "#" + encode(parameters));
            case FORM_POST -> formPost(http, request, parameters);
        }
    }

    static void redirect(Context http, String to) {
        // 303, so that no browser sends a form on (RFC 9700, 4.12)
        int status = http.method().equals(HandlerType.POST) ? 303 : 302;
        http.header("Cache-Control", "no-store").status(status).header("Location", to);
    }

    private static void formPost(Context http, AuthorizeRequest request, Map<String, String> parameters) {
        var fields = Html.NOTHING;
        for (var entry : parameters.entrySet()) {
            fields = fields.and(
                    Html.of("<input type=\"hidden\" name=\"%s\" value=\"%s\">", entry.getKey(), entry.getValue()));
        }
        var body = Html.of("""
                <h1>One moment</h1>
                <form method="post" action="%s">
                %s
                <button>Continue</button>
                </form>
                <script>%s</script>
                """, request.redirectUri(), fields, new Html(SCRIPT));
        var hash = "sha256-" + Base64.getEncoder().encodeToString(Secret.hash(SCRIPT));
        Pages.writeWithScript(http, "Continue", body, RedirectUri.policySource(request.redirectUri()), hash);
    }

    static String encode(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
