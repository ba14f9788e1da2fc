package dev.cordon.server.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.server.web.Route.Face;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebServerTest {

    private static final String ODATA = "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

    private static TestApi api;

    @BeforeAll
    static void start() {
        api = new TestApi(WebServerTest::verify, routes());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/machines/AbC",
                "/API/Machines/AbC",
                "/api/v1.0/machines/AbC",
                "/Api/V1.0/mAcHiNeS/AbC/",
                "/api/machines/AbC?",
                "/api/machines/AbC?$top=1&",
                "/api/machines/AbC?&&$top=1",
                "/api/machines/AbC?client-request-id=x"
            })
    void whenThePathIsSpelledInAnyWayThenTheRouteAnswersAndTheValueStaysAsSent(String path) {
        var answer = api.send(path, request -> request.header("Authorization", "Bearer reader"));
        assertThat(answer.body()).isEqualTo("{\"id\":\"AbC\"}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(ODATA);
        assertThat(answer.headers().firstValue("OData-Version")).hasValue("4.0");
    }

    @Test
    void whenQuotesAndBracketsComeRawThenTheyReachTheHandler() {
        assertThat(rawGet("/api/machines/findbyip(ip='10.0.0.1',at:x)?$filter=a%20in%20('a','b')+and+x"))
                .startsWith("HTTP/1.1 200")
                .endsWith("{\"id\":\"findbyip(ip='10.0.0.1',at:x)\"}");
        assertThat(rawGet("/api/filter?$filter=id%20in%20('a','b')+and+x&$top=1&"))
                .endsWith("\r\n\r\nid in ('a','b') and x");
    }

    private static String rawGet(String target) {
        return api.raw(
                "GET " + target + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer reader\r\nConnection: close\r\n\r\n");
    }

    @Test
    void whenAHeadIsSentThenTheSameTokenIsNeededAndTheAnswerIsThatOfGetWithoutItsBody() {
        var head = "HEAD /api/machines/AbC HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
        assertThat(api.raw(head + "Authorization: Bearer reader\r\n\r\n"))
                .startsWith("HTTP/1.1 200")
                .contains(ODATA)
                .endsWith("\r\n\r\n");
        assertThat(api.raw(head + "\r\n")).startsWith("HTTP/1.1 401").endsWith("\r\n\r\n");
        assertThat(api.raw(head + "Authorization: Bearer isolator\r\n\r\n")).startsWith("HTTP/1.1 403");
        assertThat(api.raw("HEAD /api/echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 405")
                .contains("Allow: POST");
    }

    @Test
    void whenAGetHasABodyThenTheBodyIsIgnored() {
        var answer = api.send(
                "/api/machines/AbC",
                request ->
                        request.header("Authorization", "Bearer reader").method("GET", BodyPublishers.ofString("{}")));
        assertThat(answer.body()).isEqualTo("{\"id\":\"AbC\"}");
    }

    @Test
    void whenAJsonBodyIsLabelledAsAFormThenItIsReadAsJson() {
        var answer = api.send(
                "/api/echo",
                request -> request.header("Authorization", "Bearer reader")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("{\"Comment\":\"é 🙂 '#\"}")));
        assertThat(answer.body()).isEqualTo("{\"Comment\":\"é 🙂 '#\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nope", "{", "[]", "\"text\"", "{\"Comment\":1}", "{} {}", "{\"Comment\":{}}"})
    void whenTheBodyIsNotTheJsonObjectItMustBeThenItIsRefused(String body) {
        var answer = api.send(
                "/api/echo",
                request -> request.header("Authorization", "Bearer reader").POST(BodyPublishers.ofString(body)));
        assertError(answer, 400, "InvalidRequestBody");
    }

    @Test
    void whenTheBodyIsDeeplyNestedThenItIsRefused() {
        var answer = api.send(
                "/api/echo",
                request -> request.header("Authorization", "Bearer reader")
                        .POST(BodyPublishers.ofString("{\"a\":".repeat(50_000))));
        assertError(answer, 400, "InvalidRequestBody");
    }

    @ParameterizedTest
    @CsvSource({
        "/nix, 404, NotFound",
        "/api, 404, NotFound",
        "/api/machine, 404, NotFound",
        "/api/broken, 500, InternalServerError",
        "/api/overflow, 500, InternalServerError",
        "/api/refused, 400, ActiveRequestAlreadyExists",
        "/api/outage, 503, ServiceUnavailable",
        "/api/machines/AbC, 401, Unauthorized",
    })
    void whenARequestFailsThenTheAnswerIsTheErrorOfTheApi(String path, int status, String code) {
        assertError(api.get(path), status, code);
    }

    @Test
    void whenTheHandlerFailsThenNothingInternalLeaves() {
        var answer = api.get("/api/broken");
        assertThat(answer.body()).doesNotContain("secret detail").doesNotContain("Exception");
        assertThat(api.get("/api/outage").headers().firstValue("Retry-After")).hasValue("5");
    }

    @Test
    void whenTheMethodIsNotTheRoutesThenTheAllowedOnesAreTold() {
        var answer = api.send("/api/echo", request -> request.DELETE());
        assertError(answer, 405, "NotFound");
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic cmVhZGVyOng=", "reader", "Bearer forged"})
    void whenThereIsNoValidTokenThenTheCallerMustAuthenticate(String authorization) {
        var answer = api.send("/api/machines/AbC", request -> request.header("Authorization", authorization));
        assertError(answer, 401, "Unauthorized");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    @Test
    void whenThePermissionIsMissingThenItIsForbiddenBeforeTheHandlerRuns() {
        var answer = api.send("/api/broken-guarded", request -> request.header("Authorization", "Bearer isolator"));
        assertError(answer, 403, "Forbidden");
        assertThat(answer.body())
                .contains("Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All,"
                        + " application roles: Machine.Isolate.");
    }

    @Test
    void whenAUserHoldsTheDelegatedNameThenTheRouteIsOpen() {
        var answer = api.send("/api/machines/AbC", request -> request.header("Authorization", "Bearer user"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GARBAGE\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET /api/filter?x=%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\nConnection: close\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\nConnection: close\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void whenTheRequestIsMalformedThenTheAnswerIsJsonAllTheSame(String request) {
        assertThat(api.raw(request))
                .startsWith("HTTP/1.1 400")
                .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
                .contains("{\"error\":{\"code\":\"BadRequest\",\"message\":\"");
    }

    @Test
    void whenTheHeaderOrTheUriIsTooLargeThenTheAnswerIsJsonAllTheSame() {
        var long40k = "a".repeat(40_000);
        assertError(api.send("/api/filter", request -> request.header("X-Long", long40k)), 431, "BadRequest");
        assertError(api.get("/api/" + long40k), 414, "BadRequest");
    }

    @Test
    void whenTheBodyIsTooLargeThenItIsRefusedWithAndWithoutALength() {
        var big = "{\"Comment\":\"" + "a".repeat(1_100_000) + "\"}";
        assertError(
                api.send(
                        "/api/echo",
                        request ->
                                request.header("Authorization", "Bearer reader").POST(BodyPublishers.ofString(big))),
                413,
                "BadRequest");
        assertError(
                api.send(
                        "/api/echo",
                        request -> request.header("Authorization", "Bearer reader")
                                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(big)))),
                413,
                "BadRequest");
    }

    @RepeatedTest(20)
    void whenTheClientIsStillSendingThenItGetsTheRefusalAndNoReset() {
        var big = "a".repeat(UnreadBody.BYTES - 1_000);
        assertError(
                api.send(
                        "/api/echo",
                        request ->
                                request.header("Authorization", "Bearer reader").POST(BodyPublishers.ofString(big))),
                413,
                "BadRequest");
    }

    @Test
    void whenTheCallerNamesAHostThenUrlsAreBuiltFromIt() {
        assertThat(api.raw(
                        "GET /cordon/v1/base HTTP/1.1\r\nHost: cordon.example.com:9443\r\nConnection: close\r\n\r\n"))
                .endsWith("https://cordon.example.com:9443");
        assertThat(api.raw("GET /cordon/v1/base HTTP/1.1\r\nHost: cordon.example.com\r\nConnection: close\r\n\r\n"))
                .endsWith("https://cordon.example.com");
        assertThat(api.raw("GET /cordon/v1/base HTTP/1.1\r\nHost: [::1]:8443\r\nConnection: close\r\n\r\n"))
                .endsWith("https://[::1]:8443");
    }

    @Test
    void whenThePortIsTakenThenTheMessageSaysWhatToDo() {
        try (var first = new WebServer(WebSettings.plainForTests(), WebServerTest::verify, List.of())) {
            first.start();
            var usual = WebSettings.plainForTests();
            var same = new WebSettings(
                    usual.bind(),
                    first.port(),
                    null,
                    usual.maxBodyBytes(),
                    usual.maxHeaderBytes(),
                    usual.idle(),
                    usual.rates());
            try (var second = new WebServer(same, WebServerTest::verify, List.of())) {
                assertThatThrownBy(second::start)
                        .isInstanceOf(WebServerException.class)
                        .hasMessageContaining("Port " + first.port())
                        .hasMessageContaining("--port");
            }
        }
    }

    private static List<Route> routes() {
        var readers = List.of(Permissions.MACHINE_READ_ALL, Permissions.MACHINE_READ_WRITE_ALL);
        return List.of(
                Route.anyOf(
                        HandlerType.GET,
                        Face.DEFENDER,
                        "/machines/{id}",
                        readers,
                        (http, caller) -> http.json(Map.of("id", http.pathParam("id")))),
                Route.anyOf(
                        HandlerType.GET,
                        Face.DEFENDER,
                        "/filter",
                        readers,
                        (http, caller) -> text(http, String.valueOf(http.queryParam("$filter")))),
                Route.anyOf(HandlerType.POST, Face.DEFENDER, "/echo", readers, (http, caller) -> {
                    var body = JsonBody.object(http);
                    JsonBody.text(body, "Comment");
                    http.json(body);
                }),
                Route.anyOf(HandlerType.GET, Face.DEFENDER, "/broken-guarded", readers, (http, caller) -> {
                    throw new IllegalStateException("secret detail");
                }),
                failing("/broken", new IllegalStateException("secret detail")),
                failing("/outage", new ConcurrentModificationException("secret detail")),
                failing("/refused", ApiException.actionInProgress()),
                Route.open(HandlerType.GET, Face.DEFENDER, "/overflow", http -> {
                    throw new StackOverflowError();
                }),
                Route.open(
                        HandlerType.GET, Face.CORDON, "/cordon/v1/base", http -> text(http, RequestUrls.base(http))));
    }

    private static void text(Context http, String text) {
        http.contentType("text/plain").result(text);
    }

    private static Route failing(String path, RuntimeException failure) {
        return Route.open(HandlerType.GET, Face.DEFENDER, path, http -> {
            throw failure;
        });
    }

    private static Caller verify(String token) {
        var tenant = "11111111-1111-1111-1111-111111111111";
        return switch (token) {
            case "reader" ->
                new Caller(tenant, "s", "Reader", Caller.Context.APPLICATION, Set.of(Permissions.MACHINE_READ_ALL));
            case "isolator" ->
                new Caller(tenant, "s", "Isolator", Caller.Context.APPLICATION, Set.of(Permissions.MACHINE_ISOLATE));
            case "user" ->
                new Caller(
                        tenant,
                        "s",
                        "user@example.com",
                        Caller.Context.USER,
                        Set.of("Machine.Read"),
                        List.of(new PortalRole("Viewer", Set.of(PortalPermission.VIEW_DATA), MachineScope.ALL)));
            default -> throw ApiException.unauthorized("The token is invalid.");
        };
    }

    private static void assertError(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        var error = Json.MAPPER.readTree(answer.body()).path("error");
        assertThat(error.propertyNames()).containsExactly("code", "message", "target");
        assertThat(error.path("code").stringValue()).isEqualTo(code);
        assertThat(error.path("message").stringValue()).isNotBlank();
        assertThat(error.path("target").stringValue()).hasSize(36);
    }
}
