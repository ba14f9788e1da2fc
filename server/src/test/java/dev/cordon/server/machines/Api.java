package dev.cordon.server.machines;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.TokenVerifier;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A web server over an inventory, and a client. Paths go out as they are written, but for blanks. */
final class Api implements AutoCloseable {

    private final WebServer server;
    private final TestHttp client = new TestHttp();
    private final String token;

    /** For an application with these permissions. */
    Api(Inventory inventory, String... permissions) {
        this(inventory, Api::verify, Inventory.TENANT + ":" + String.join(",", permissions));
    }

    private Api(Inventory inventory, TokenVerifier verifier, String token) {
        this.token = token;
        server = new WebServer(WebSettings.plainForTests(), verifier, inventory.machines.routes());
        server.start();
    }

    /** For whomever. */
    Api(Inventory inventory, Caller caller) {
        this(inventory, token -> caller, "token");
    }

    String base() {
        return "http://127.0.0.1:" + server.port();
    }

    Answer get(String path) {
        return send("GET", path, null);
    }

    Answer send(String method, String path, @Nullable String body) {
        var uri = path.startsWith("http") ? path : base() + path;
        var request = HttpRequest.newBuilder(URI.create(uri.replace(" ", "%20")))
                .header("Authorization", "Bearer " + token)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        var response = client.send(request);
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body());
    }

    /** The ids of the machines in an answer that must be good. */
    List<String> ids(String path) {
        var answer = get(path);
        if (answer.status() != 200) {
            throw new AssertionError(answer);
        }
        return answer.json()
                .get("value")
                .valueStream()
                .map(machine -> machine.get("id").stringValue())
                .toList();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    /** A body that changes one tag. */
    static String tag(String value, String action) {
        return "{\"Value\":\"%s\",\"Action\":\"%s\"}".formatted(value, action);
    }

    private static Caller verify(String token) {
        var parts = token.split(":", 2);
        if (parts.length != 2) {
            throw ApiException.unauthorized("no such token");
        }
        return new Caller(parts[0], "app-1", "Responder", Caller.Context.APPLICATION, Set.of(parts[1].split(",")));
    }

    /** An answer; {@code error} is its code and message. */
    record Answer(int status, String contentType, String body) {

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String error() {
            var error = json().get("error");
            return status + " " + error.get("code").stringValue() + ": "
                    + error.get("message").stringValue();
        }
    }
}
