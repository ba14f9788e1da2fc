package dev.cordon.server.identity;

import dev.cordon.server.web.Json;
import dev.cordon.server.web.RequestId;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Writes the answers of the token service: tokens in the two dialects, errors, and the headers of both. Thread-safe. */
public final class TokenAnswers {

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** One second less than the token holds: what the original says. */
    private static final long EXPIRES_IN = AccessTokens.LIFETIME.toSeconds() - 1;

    /** When to come again, unless the refusal knows better; token libraries take whole seconds only. */
    private static final String RETRY_SECONDS = "1";

    private final InstantSource time;

    TokenAnswers(InstantSource time) {
        this.time = time;
    }

    void token(Context http, Endpoint endpoint, TokenAnswer answer) {
        var token = answer.accessToken();
        var body = Json.MAPPER.createObjectNode().put("token_type", "Bearer");
        answer.scope().ifPresent(scope -> body.put("scope", scope));
        switch (endpoint) {
            case V1 ->
                body.put("expires_in", String.valueOf(EXPIRES_IN))
                        .put("ext_expires_in", String.valueOf(EXPIRES_IN))
                        .put("expires_on", String.valueOf(token.expiresAt().getEpochSecond()))
                        .put("not_before", String.valueOf(token.notBefore().getEpochSecond()))
                        .put("resource", token.audience());
            case V2 -> body.put("expires_in", EXPIRES_IN).put("ext_expires_in", EXPIRES_IN);
        }
        body.put("access_token", token.value());
        answer.refreshToken().ifPresent(refreshToken -> body.put("refresh_token", refreshToken));
        answer.idToken().ifPresent(idToken -> body.put("id_token", idToken));
        answer.clientInfo().ifPresent(clientInfo -> body.put("client_info", clientInfo));
        headers(http, endpoint, "0");
        write(http, 200, body);
    }

    public void refusal(Context http, Endpoint endpoint, TokenRefusal refusal, Optional<String> correlation) {
        headers(http, endpoint, String.valueOf(refusal.number()));
        refusal(http, refusal, correlation);
    }

    /** The headers of an answer that is not a token but holds what must not be kept either. */
    public static void unkept(Context http, Endpoint endpoint) {
        headers(http, endpoint, "0");
    }

    /** An error outside the token endpoints. */
    void refusal(Context http, TokenRefusal refusal, Optional<String> correlation) {
        var timestamp = TIMESTAMP.format(time.instant());
        var trace = RequestId.of(http);
        var correlated = correlation.orElseGet(Guid::random);
        var body = Json.MAPPER
                .createObjectNode()
                .put("error", refusal.error())
                .put(
                        "error_description",
                        "AADSTS" + refusal.number() + ": " + refusal.getMessage() + "\r\nTrace ID: " + trace
                                + "\r\nCorrelation ID: " + correlated + "\r\nTimestamp: " + timestamp);
        refusal.suberror().ifPresent(suberror -> body.put("suberror", suberror));
        body.putArray("error_codes").add(refusal.number());
        body.put("timestamp", timestamp).put("trace_id", trace).put("correlation_id", correlated);
        refusal.claims().ifPresent(claims -> body.put("claims", claims));
        DocumentedErrors.page(refusal.number()).ifPresent(page -> body.put("error_uri", page));
        if (refusal.status() == 429 && http.res().getHeader(Header.RETRY_AFTER) == null) {
            http.header(Header.RETRY_AFTER, RETRY_SECONDS);
        }
        write(http, refusal.status(), body);
    }

    private static void headers(Context http, Endpoint endpoint, String number) {
        http.header("Cache-Control", "no-store, no-cache")
                .header("Pragma", "no-cache")
                .header("Expires", "-1");
        if (endpoint == Endpoint.V2) {
            http.header("x-ms-clitelem", "1," + number + ",0,,");
        }
    }

    /** Headers that every answer of the token service carries. */
    public static void common(Context http) {
        http.header("x-ms-request-id", RequestId.of(http)).header("x-ms-ests-server", "Cordon");
        Correlation.echo(http);
    }

    private static void write(Context http, int status, ObjectNode body) {
        http.status(status).contentType("application/json; charset=utf-8").result(Json.MAPPER.writeValueAsBytes(body));
    }
}
