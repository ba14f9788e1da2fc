package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.cordon.acceptance.Axe.assertNoBarriers;
import static dev.cordon.acceptance.Installation.PASSWORD;
import static dev.cordon.acceptance.SignInSteps.button;
import static dev.cordon.acceptance.SignInSteps.heading;
import static dev.cordon.acceptance.SignInSteps.link;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's accounts and tokens, against a Keycloak as it is: the console by its login page, the API by its tokens. */
class KeycloakTest {

    private static final String AUDIENCE = "cordon";

    @TempDir
    static Path directory;

    private static Realm realm;
    private static Installation cordon;
    private static Chromium chromium;

    @BeforeAll
    static void start() {
        realm = Realm.start(directory);
        cordon = Installation.start(directory, "127.0.0.1");
        chromium = Chromium.start();
        cordon.role("Web responders", "ViewData", "ActiveRemediationActions");
    }

    @AfterAll
    static void end() {
        if (chromium != null) {
            chromium.close();
        }
        if (cordon != null) {
            cordon.close();
        }
        if (realm != null) {
            realm.close();
        }
    }

    @Test
    void whenPeopleHaveAnAccountAtKeycloakThenItOpensTheConsoleUntilTheySignOutThereToo() {
        var issuer = cordon.post(
                "/cordon/v1/sign-in-issuers",
                Map.of(
                        "displayName", "Keycloak",
                        "issuer", realm.issuer().toString(),
                        "authority", realm.authority(),
                        "clientId", "cordon",
                        "clientSecret", "the content of secret.txt"));
        realm.client("cordon", issuer.path("redirectUri").asString());
        realm.person("kim", Realm.ROLE);
        realm.person("lee");
        cordon.invite("lee@example.com", "Lee Example", false, "Web responders");
        var path = "/cordon/v1/sign-in-issuers/" + issuer.path("id").asString();

        try (var page = chromium.profile("en-US", 900, 720)) {
            toKeycloak(page);
            Screens.keepWhole(page, "sign-in", "keycloak");
            password(page, "kim");
            heading(page, "This sign-in does not work");
            assertThat(page.getByText("Nobody here is linked to your account at Keycloak"))
                    .isVisible();

            cordon.patch(
                    path,
                    Map.of(
                            "linkClaim", "email",
                            "createUsers", true,
                            "nameClaim", "email",
                            "rolesClaim", "realm_access.roles",
                            "roles", List.of(Map.of("value", Realm.ROLE, "roles", List.of("Web responders")))));
            toCordon(page);
            link(page, "Continue with Keycloak");
            heading(page, "Home");
            var kim = cordon.get("/cordon/v1/users/kim@example.com");
            Assertions.assertThat(kim.path("displayName").asString()).isEqualTo("kim Example");
            Assertions.assertThat(kim.path("roles")).hasSize(1);

            signOut(page);
            toKeycloak(page);
            password(page, "lee");
            heading(page, "Home");
            Assertions.assertThat(cordon.get(path + "/users").path("value").size())
                    .isEqualTo(2);
        }
    }

    @Test
    void whenApplicationsHaveTokensOfKeycloakThenTheApiTakesThoseThatAreForItAndHoldARole() {
        trustTokens();
        realm.client("playbooks", "");
        realm.clientOfAnother("elsewhere");
        var secret = realm.client("scripts", "");
        Assertions.assertThat(secret).isEmpty();
        var bare = realm.token("playbooks", "the secret of the playbooks");
        Assertions.assertThat(status(bare)).as("no role").isEqualTo(403);
        realm.grant("service-account-playbooks", "playbooks");
        Assertions.assertThat(status(realm.token("playbooks", "the secret of the playbooks")))
                .isEqualTo(200);

        realm.person("sam", Realm.ROLE);
        realm.person("tom");
        Assertions.assertThat(status(realm.tokenOf("sam", "scripts"))).isEqualTo(200);
        Assertions.assertThat(status(realm.tokenOf("tom", "scripts")))
                .as("no role")
                .isEqualTo(403);
        Assertions.assertThat(status(realm.tokenOf("sam", "elsewhere")))
                .as("another audience")
                .isEqualTo(403);
        Assertions.assertThat(status(realm.administratorToken()))
                .as("another realm")
                .isEqualTo(401);
    }

    private static void trustTokens() {
        cordon.post(
                "/cordon/v1/outside-issuers",
                Map.of(
                        "issuer", realm.issuer().toString(),
                        "authority", realm.authority(),
                        "audience", AUDIENCE,
                        "rolesClaim", "realm_access.roles",
                        "scopesClaim", "scp",
                        "roles", List.of(grant("playbooks", "Machine.Read.All")),
                        "scopes", List.of(grant("machines", "Machine.Read")),
                        "portalRoles", List.of(grant(Realm.ROLE, "ViewData"))));
    }

    private static Map<String, Object> grant(String value, String permission) {
        return Map.of("value", value, "permissions", List.of(permission));
    }

    private static int status(String token) {
        return cordon.call("GET", "/api/machines", token).status();
    }

    private static void toCordon(Page page) {
        page.navigate(cordon.url() + "/console/");
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in")))
                .isVisible();
        var organization = page.getByLabel("Organization");
        if (organization.isVisible()) { // asked for the first time only
            organization.fill("example.test");
        }
        button(page, "Sign in");
        heading(page, "Sign in");
    }

    private static void toKeycloak(Page page) {
        toCordon(page);
        link(page, "Continue with Keycloak");
        heading(page, "Sign in to your account");
    }

    private static void password(Page page, String name) {
        page.locator("#username").fill(name);
        page.locator("#password").fill(PASSWORD);
        page.locator("#kc-login").click();
    }

    private static void signOut(Page page) {
        page.navigate(cordon.url() + "/" + cordon.tenantId() + "/oauth2/v2.0/logout");
        heading(page, "You are signed out");
        assertNoBarriers(page, "signed out, but not at Keycloak");
        link(page, "Sign out at Keycloak too");
        page.locator("#kc-logout").click();
        heading(page, "You are logged out");
    }
}
