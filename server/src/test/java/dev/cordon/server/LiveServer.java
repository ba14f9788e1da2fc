package dev.cordon.server;

import dev.cordon.server.events.EventSettings;
import dev.cordon.server.events.WebhookTargets;
import dev.cordon.server.tls.TestTrust;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TestHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.StringNode;

/** A whole server with a fresh data directory, and a caller that trusts it as its operator's file says. */
final class LiveServer implements AutoCloseable {

    private final CordonServer server;
    private final JsonNode operator;
    private final TestHttp http;

    LiveServer(Path data) {
        server = CordonServer.start(ServerSettings.onLoopback(data)
                .withEvents(new EventSettings(
                        EventSettings.DEFAULT_KEPT,
                        WebhookTargets.of(List.of("http://127.0.0.1:9/")),
                        Optional.empty())));
        try {
            operator = Json.MAPPER.readTree(Files.readString(data.resolve("operator.json")));
            var trust = TestTrust.in(Path.of(operator.get("caFile").stringValue()));
            http = new TestHttp(
                    client -> client.sslContext(trust).cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL)));
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param type without parameters; empty if there is none
     * @param body JSON, or the text of another type, or missing
     */
    record Answer(int status, String type, JsonNode body) {
        String text(String pointer) {
            return body.at(pointer).stringValue();
        }
    }

    List<Route> routes() {
        return server.routes();
    }

    String operatorToken() {
        return token(
                operator.get("tenantId").stringValue(),
                operator.get("clientId").stringValue(),
                operator.get("clientSecret").stringValue());
    }

    String token(String tenant, String clientId, String secret) {
        var form = "grant_type=client_credentials&scope=https://api.securitycenter.microsoft.com/.default&client_id="
                + clientId + "&client_secret=" + URLEncoder.encode(secret, StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(server.url().resolve("/" + tenant + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        var answer = send(request);
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
        return answer.text("/access_token");
    }

    /** Sends a form, as browsers and token clients do. */
    Answer form(String path, Map<String, String> fields) {
        return send(HttpRequest.newBuilder(URI.create(server.url() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(RealTokens.encoded(fields))));
    }

    /** @param bearer null to call without a token */
    Answer call(@Nullable String bearer, String method, String path, @Nullable JsonNode body) {
        var request = HttpRequest.newBuilder(URI.create(server.url() + path))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        return send(request);
    }

    private Answer send(HttpRequest.Builder request) {
        var got = http.send(request);
        var type = got.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
        return new Answer(got.statusCode(), type, body(type, got.body()));
    }

    private static JsonNode body(String type, String text) {
        if (text.isEmpty()) {
            return MissingNode.getInstance();
        }
        return type.equals("application/json") ? Json.MAPPER.readTree(text) : StringNode.valueOf(text);
    }

    @Override
    public void close() {
        http.close();
        server.close();
    }
}
