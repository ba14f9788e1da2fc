package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.SignInServer.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.PortalPermission;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who allows an application what, and for whom. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsentTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenNobodyHasConsentedThenTheUserIsAskedAndTheAnswerIsRemembered() {
        var flow = unconsented();
        try (var browser = new TestBrowser(server)) {
            var question = flow.answer(browser, flow.request());
            assertThat(question.body())
                    .contains("Read machines", "app.example.com")
                    .doesNotContain("everybody");
            var no = browser.submit(question, Map.of("answer", "cancel"));
            assertThat(TestBrowser.parameters(TestBrowser.location(no), '?')).containsEntry("error", "access_denied");
            var cheat = browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
            assertThat(TestBrowser.location(browser.follow(cheat))).contains("code=");
            assertThat(TestBrowser.location(browser.open(flow.path(with(flow.request(), "prompt", "none")))))
                    .contains("code=");
        }
        var colleague = flow.with(server.user(flow.tenant(), PortalPermission.VIEW_DATA));
        try (var browser = new TestBrowser(server)) {
            var question = colleague.answer(browser, flow.request());
            assertThat(question.body()).as("a user consents for nobody else").contains("Allow");
        }
    }

    @Test
    void whenALinkLetsAnApplicationInThenItAsksForAllThatTheApplicationIsRegisteredFor() {
        var flow = unconsented();
        var administrator = flow.with(server.user(flow.tenant(), PortalPermission.MANAGE_PORTAL_SETTINGS));
        try (var browser = new TestBrowser(server)) {
            var link = browser.open("/common/oauth2/authorize?prompt=consent&client_id="
                    + flow.client().id() + "&response_type=code&sso_reload=true");
            var question = browser.follow(browser.submit(link, administrator.credentials()));
            assertThat(question.body()).contains("Read machines");
            var done = browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
            assertThat(TestBrowser.location(browser.follow(done))).startsWith(CALLBACK + "?code=");
        }
        try (var browser = new TestBrowser(server)) {
            assertThat(TestBrowser.location(flow.answer(browser, flow.request())))
                    .contains("code=");
        }
    }

    @Test
    void whenAnAdministratorConsentsForEverybodyThenNobodyElseIsAsked() {
        var flow = unconsented();
        var administrator = flow.with(server.user(flow.tenant(), PortalPermission.MANAGE_PORTAL_SETTINGS));
        try (var browser = new TestBrowser(server)) {
            var question = administrator.answer(browser, flow.request());
            assertThat(question.body()).contains("everybody");
            browser.submit(question, Map.of("answer", "accept", "everybody", "1"));
        }
        try (var browser = new TestBrowser(server)) {
            assertThat(TestBrowser.location(flow.answer(browser, flow.request())))
                    .contains("code=");
        }
    }

    private CodeFlow unconsented() {
        var tenant = server.tenant();
        var registration =
                new Client(true, false, List.of(CALLBACK), DelegatedPermissions.parse(List.of("Machine.Read")));
        return new CodeFlow(
                server,
                tenant,
                server.application(tenant, registration),
                server.user(tenant, PortalPermission.VIEW_DATA));
    }
}
