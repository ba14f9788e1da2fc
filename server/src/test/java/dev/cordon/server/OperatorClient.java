package dev.cordon.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cordon.server.tls.TestTrust;
import dev.cordon.server.web.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls a server as somebody who has nothing but its {@code operator.json} and its {@code ca.pem}. */
final class OperatorClient implements AutoCloseable {

    private static final String SCOPE = "https://api.securitycenter.microsoft.com/.default";

    private final JsonNode operator;
    private final URI url;
    private final HttpClient http;

    private OperatorClient(JsonNode operator, URI url, HttpClient http) {
        this.operator = operator;
        this.url = url;
        this.http = http;
    }

    /** @param data the data directory as the caller sees it */
    static OperatorClient of(Path data) throws Exception {
        var operator = Json.MAPPER.readTree(Files.readAllBytes(data.resolve("operator.json")));
        return new OperatorClient(
                operator,
                URI.create(operator.get("url").stringValue()),
                HttpClient.newBuilder()
                        .sslContext(TestTrust.in(data.resolve("tls/ca.pem")))
                        .version(HttpClient.Version.HTTP_1_1)
                        .build());
    }

    /** A token for the operator itself. */
    String token() throws Exception {
        return token(
                operator.get("clientId").stringValue(),
                operator.get("clientSecret").stringValue());
    }

    String token(String clientId, String secret) throws Exception {
        var form = "grant_type=client_credentials&client_id=" + encoded(clientId) + "&client_secret=" + encoded(secret)
                + "&scope=" + encoded(SCOPE);
        var answer = send(HttpRequest.newBuilder(
                        url.resolve("/" + operator.get("tenantId").stringValue() + "/oauth2/v2.0/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.body());
        }
        return Json.MAPPER.readTree(answer.body()).get("access_token").stringValue();
    }

    /** @param token null to call without one */
    HttpResponse<String> get(@Nullable String token, String path) throws Exception {
        var request = HttpRequest.newBuilder(url.resolve(path));
        return send(token == null ? request : request.header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> post(String token, String path, String body) throws Exception {
        return send(HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
