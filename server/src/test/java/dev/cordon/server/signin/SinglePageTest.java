package dev.cordon.server.signin;

import static dev.cordon.server.signin.MiddleTier.access;
import static dev.cordon.server.signin.MiddleTier.assertRefused;
import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A page in a browser that redeems its codes itself: which origins may, with what, and for how long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SinglePageTest {

    private static final String PAGE = "https://spa.example.com/signed-in";
    private static final String ORIGIN = "https://spa.example.com";
    private static final String FOREIGN = "https://evil.example.net";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = flow(server);

    @AfterAll
    void stop() {
        server.close();
    }

    /** A confidential application with a page beside its server. */
    private static CodeFlow flow(SignInServer server) {
        var tenant = server.tenant();
        return new CodeFlow(server, tenant, client(server, tenant), server.user(tenant, PortalPermission.VIEW_DATA));
    }

    private static Application client(SignInServer server, Tenant tenant) {
        return server.client(
                tenant,
                new Client(
                                false,
                                false,
                                List.of(CodeFlow.CALLBACK),
                                DelegatedPermissions.parse(List.of("Machine.Read")))
                        .withSinglePage(PAGE));
    }

    private static String code(CodeFlow flow) {
        return flow.code(flow.request(Map.of("redirect_uri", PAGE)));
    }

    private static Map<String, String> redemption(CodeFlow flow) {
        return with(flow.redemption(code(flow)), "redirect_uri", PAGE);
    }

    private static HttpResponse<String> from(CodeFlow flow, String origin, Map<String, String> form) {
        var request = flow.server()
                .request("/" + flow.tenant().id() + "/oauth2/v2.0/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(SignInServer.encode(form)));
        return flow.server().send(origin.isEmpty() ? request : request.header("Origin", origin));
    }

    private static Map<String, String> refresh(CodeFlow flow, String token) {
        return Map.of("grant_type", "refresh_token", "client_id", flow.client().id(), "refresh_token", token);
    }

    private static String refreshToken(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).get("refresh_token").stringValue();
    }

    private static String allowed(HttpResponse<String> answer) {
        return answer.headers().firstValue("Access-Control-Allow-Origin").orElse("");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAPageRedeemsItsCodeThenItMayReadTheTokensForADay(Engine engine) {
        try (var own = new SignInServer(engine)) {
            var there = flow(own);
            var answer = from(there, ORIGIN, redemption(there));
            assertThat(allowed(answer)).isEqualTo(ORIGIN);
            assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials"))
                    .isEmpty();
            var token = refreshToken(answer);
            assertThat(own.api("GET", "/machines", access(json(answer))).statusCode())
                    .isEqualTo(200);
            own.pass(Duration.ofHours(23));
            var next = from(there, ORIGIN, refresh(there, token));
            assertThat(allowed(next)).isEqualTo(ORIGIN);
            own.pass(Duration.ofMinutes(61));
            assertRefused(from(there, ORIGIN, refresh(there, refreshToken(next))), "invalid_grant", 700084);
        }
    }

    @Test
    void whenNoPageOfTheApplicationCallsThenItsCodeAndTokensAreWorthNothing() {
        var form = redemption(flow);
        assertRefused(from(flow, "", form), "invalid_request", 9002327);
        for (var origin : List.of(FOREIGN, "null", "http://spa.example.com", "https://spa.example.com:8443")) {
            var refused = from(flow, origin, form);
            assertRefused(refused, "invalid_request", 9002326);
            assertThat(allowed(refused)).as(origin).isEmpty();
        }
        var good = from(flow, ORIGIN, form);
        var refresh = refresh(flow, refreshToken(good));
        assertRefused(from(flow, "", refresh), "invalid_request", 9002327);
        assertRefused(from(flow, FOREIGN, refresh), "invalid_request", 9002326);
        assertThat(from(flow, ORIGIN, refresh).statusCode())
                .as("not used up by these")
                .isEqualTo(200);
    }

    @Test
    void whenTheCodeIsNoPagesThenNoPageMayRedeemIt() {
        var secret = server.database
                .write(sql -> server.identity.secrets().create(sql, flow.client(), Duration.ofDays(1)))
                .secret();
        var form = with(flow.redemption(flow.code(flow.request())), "client_secret", secret);
        assertRefused(from(flow, ORIGIN, form), "invalid_request", 9002326);
        var token = refreshToken(from(flow, "", form));
        assertRefused(
                from(flow, ORIGIN, with(refresh(flow, token), "client_secret", secret)), "invalid_request", 9002326);
        assertRefused(from(flow, ORIGIN, refresh(flow, token)), "invalid_client", 7000218);
        assertThat(from(flow, server.base(), with(refresh(flow, token), "client_secret", secret))
                        .statusCode())
                .as("a page of this server is no foreign one")
                .isEqualTo(200);
    }

    @Test
    void whenAPageSendsASecretThenItIsToldThatItHasNone() {
        assertRefused(from(flow, ORIGIN, with(redemption(flow), "client_secret", "x")), "invalid_client", 700025);
    }

    @Test
    void whenAPageAsksForACodeWithoutAProofKeyThenTheClientIsToldSo() {
        var request = flow.request(Map.of("redirect_uri", PAGE, "code_challenge", "", "code_challenge_method", ""));
        try (var browser = new TestBrowser(server)) {
            var answer = TestBrowser.parameters(TestBrowser.location(browser.open(flow.path(request))), '?');
            assertThat(answer.get("error")).isEqualTo("invalid_request");
            assertThat(answer.get("error_description")).startsWith("AADSTS9002325");
        }
    }

    @Test
    void whenABrowserAsksFirstThenOnlyRegisteredOriginsMayGoOn() {
        var good = preflight(ORIGIN, flow.tenant().id());
        assertThat(good.statusCode()).isEqualTo(204);
        assertThat(allowed(good)).isEqualTo(ORIGIN);
        assertThat(good.headers().firstValue("Access-Control-Allow-Methods")).hasValue("POST");
        assertThat(good.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("client-request-id")
                .doesNotContainIgnoringCase("authorization");
        assertThat(allowed(preflight(ORIGIN, "common"))).isEqualTo(ORIGIN);
        assertThat(allowed(preflight(FOREIGN, flow.tenant().id()))).isEmpty();
        assertThat(allowed(preflight(ORIGIN, server.tenant().id()))).isEmpty();
        assertThat(allowed(preflight("https://app.example.com", flow.tenant().id())))
                .as("that of a redirect URI of the other kind")
                .isEmpty();
    }

    private HttpResponse<String> preflight(String origin, String tenant) {
        return server.send(server.request("/" + tenant + "/oauth2/v2.0/token")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
    }

    @Test
    void whenAnotherClientIsNamedThenItsAnswerIsNotForThisPage() {
        var other = server.client(flow.tenant(), "Machine.Read");
        assertThat(allowed(from(flow, ORIGIN, refresh(flow, "x")))).isEqualTo(ORIGIN);
        assertThat(allowed(from(flow, ORIGIN, with(refresh(flow, "x"), "client_id", other.id()))))
                .isEmpty();
    }

    @Test
    void whenPagesAreRegisteredThenTheyHaveAnOriginAndOneWayOnly() {
        var admin = server.administrator(flow.tenant());
        var path =
                "/applications/" + server.client(flow.tenant(), "Machine.Read").id() + "/sign-in";
        for (var body : List.of(
                "{\"spaRedirectUris\":[\"com.example.app:/cb\"]}",
                "{\"spaRedirectUris\":[\"http://spa.example.com/\"]}",
                "{\"redirectUris\":[\"" + PAGE + "\"],\"spaRedirectUris\":[\"" + PAGE + "\"]}")) {
            assertThat(server.administer(admin, "PUT", path, body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        var good = server.administer(
                admin, "PUT", path, "{\"spaRedirectUris\":[\"" + PAGE + "\",\"http://localhost:3000\"]}");
        assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        assertThat(json(good).get("spaRedirectUris")).hasSize(2);
        assertThat(json(good).get("redirectUris")).isEmpty();
    }
}
