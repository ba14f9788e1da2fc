package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static dev.cordon.server.signin.TestBrowser.location;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.issuers.OutsideProvider;
import dev.cordon.server.store.Engine;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.PortalPermission;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the tests of sign-in at an outside issuer share: a server, and for each test a tenant, a user and settings of its own
 * and an issuer that behaves.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OutsideIssuerBed {

    final SignInServer server = new SignInServer(Engine.SQLITE);
    private final OutsideProvider usual = new OutsideProvider(server.time);
    OutsideProvider provider = usual;
    CodeFlow flow = flow();
    String token = server.administrator(flow.tenant());
    JsonNode issuer = Json.MAPPER.createObjectNode();
    final AtomicInteger subjects = new AtomicInteger();

    @BeforeEach
    void begin() {
        if (provider != usual) {
            provider.close();
        }
        provider = usual;
        provider.behave();
        flow = flow();
        token = server.administrator(flow.tenant());
        issuer = add(provider.settings());
    }

    @AfterAll
    void stop() {
        provider.close();
        usual.close();
        server.close();
    }

    CodeFlow flow() {
        var tenant = server.tenant();
        return new CodeFlow(
                server, tenant, CodeFlow.client(server, tenant), server.user(tenant, PortalPermission.VIEW_DATA));
    }

    JsonNode add(ObjectNode settings) {
        var answer = server.administer(token, "POST", "/sign-in-issuers", settings.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer);
    }

    void change(String body) {
        var answer = server.administer(token, "PATCH", path(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    String path() {
        return "/sign-in-issuers/" + issuer.get("id").stringValue();
    }

    private void link(User user, String subject) {
        var body = Json.MAPPER
                .createObjectNode()
                .put("user", user.userPrincipalName())
                .put("subject", subject);
        var answer = server.administer(token, "POST", path() + "/users", body.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** A person of the issuer who is the flow's user here. */
    void linked() {
        var subject = "person-" + subjects.incrementAndGet();
        link(flow.user(), subject);
        provider.knows(claims -> claims.subject(subject));
    }

    void knows(UnaryOperator<JWTClaimsSet.Builder> claims) {
        var subject = "person-" + subjects.incrementAndGet();
        provider.knows(one -> claims.apply(one.subject(subject)));
    }

    /** Where the page's link leads, at the issuer. */
    String departure(TestBrowser browser) {
        var page = browser.open(flow.path(flow.request()));
        assertThat(page.body()).contains("Continue with Example");
        return location(browser.open(TestBrowser.link(page, "Continue with Example")));
    }

    HttpResponse<String> signIn(TestBrowser browser) {
        return browser.come(provider.signIn(departure(browser)));
    }

    void assertRefused(String words) {
        try (var browser = new TestBrowser(server)) {
            assertRefused(signIn(browser), words);
            assertThat(browser.open(flow.path(flow.request())).body()).contains("Continue with Example");
        }
    }

    static void assertRefused(HttpResponse<String> answer, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(words);
    }

    String assertIn(TestBrowser browser) {
        var back = signIn(browser);
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        return TestBrowser.code(location(browser.goOn(back)));
    }
}
