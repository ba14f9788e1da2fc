package dev.cordon.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** How applications prove who they are and people sign in, also at issuers outside. The server is one such issuer itself. */
@ExtendWith(Stage.Setting.class)
class ConsoleIdentityTest {

    private static final Path CERTIFICATE =
            Path.of(System.getProperty("cordon.root", ".."), "cli", "src", "test", "resources", "client.pem");

    @Test
    void whenACertificateAndAFederatedCredentialAreAddedThenTheyHoldUntilTheyAreRemoved(Console console, Stage stage) {
        var application = application(console, stage, "Nightly builds");
        var path = "/cordon/v1/applications/" + id(stage, "Nightly builds");
        assertThat(application).containsText("No certificate");
        var sent = new ArrayList<String>();
        Consumer<Request> listener = request -> {
            if (request.url().endsWith("/certificates") && request.method().equals("POST")) {
                sent.add(request.postData());
            }
        };
        console.page().onRequest(listener);
        Console.button(application, "Add certificate").click();
        var certificate = console.dialog("Add certificate");
        Console.label(certificate, "Certificate").fill("-----BEGIN PRIVATE KEY-----");
        assertThat(certificate).containsText("This holds a private key");
        Console.button(certificate, "Add certificate").click();
        assertThat(certificate).isVisible();
        Axe.assertNoBarriers(console.page(), "dialog of a certificate that is refused");
        console.page()
                .waitForFileChooser(() ->
                        Console.button(certificate, "Certificate: From a file").click())
                .setFiles(CERTIFICATE);
        assertThat(Console.label(certificate, "Certificate")).hasValue(Pattern.compile("^-----BEGIN CERTIFICATE-----"));
        submit(certificate, "Add certificate");
        console.page().offRequest(listener);
        assertThat(sent).singleElement().asString().doesNotContain("PRIVATE KEY");
        assertThat(application).containsText("CN=client.example.test");
        assertThat(application).containsText(Pattern.compile("Holds from .*2026.* until .*2126"));

        Console.button(application, "Add federated credential").click();
        var federated = console.dialog("Add federated credential");
        Console.label(federated, "Name").fill("Pipeline");
        Console.label(federated, "Issuer").fill("https://ci.example.test");
        Console.label(federated, "Subject").fill("project:playbooks");
        Axe.assertNoBarriers(console.page(), "dialog of a federated credential");
        submit(federated, "Add federated credential");
        assertThat(application).containsText("project:playbooks at https://ci.example.test");
        assertThat(application).containsText("api://AzureADTokenExchange");
        console.looked("access-credentials");
        assertThat(stage.cordon().get(path + "/certificates").path("value")).hasSize(1);
        assertThat(stage.cordon().get(path + "/federated-credentials").path("value"))
                .hasSize(1);

        remove(console, application, "Remove the certificate CN=client.example.test");
        assertThat(application).containsText("No certificate");
        remove(console, application, "Remove the federated credential Pipeline");
        assertThat(application).containsText("It trusts no outside issuer");
        assertThat(stage.cordon().get(path + "/certificates").path("value")).isEmpty();
        assertThat(stage.cordon().get(path + "/federated-credentials").path("value"))
                .isEmpty();
    }

    @Test
    void whenPeopleMaySignInToAnApplicationThenItsAddressesAndTheConsentAreShown(Console console, Stage stage) {
        var application = application(console, stage, "Desk");
        assertThat(application).containsText("Nobody signs in to it");
        Console.button(application, "Change sign-in").click();
        var signIn = console.dialog("Change sign-in");
        Console.label(signIn, "Redirect addresses").fill("http://desk.example.com/back");
        Console.label(signIn, "Machine.Read").check();
        Console.button(signIn, "Save").click();
        assertThat(signIn.getByRole(AriaRole.ALERT)).containsText("must be https");
        Axe.assertNoBarriers(console.page(), "dialog of an application's sign-in");
        Console.label(signIn, "Redirect addresses").fill("https://desk.example.com/back\nhttp://localhost");
        submit(signIn, "Save");
        assertThat(application).containsText("https://desk.example.com/back");
        Console.button(application, "Consent for everybody").click();
        var consent = console.dialog("Consent for everybody");
        assertThat(consent).containsText("Machine.Read");
        Axe.assertNoBarriers(console.page(), "dialog of consent");
        submit(consent, "Consent for everybody");
        var set = "/cordon/v1/applications/" + id(stage, "Desk") + "/sign-in";
        assertThat(Console.button(application, "Consent for everybody")).isHidden();
        assertThat(stage.cordon().get(set).path("consentedForEverybody")).hasSize(1);
        assertThat(stage.cordon().get(set).path("redirectUris")).hasSize(2);
        Console.button(application, "Withdraw consent").click();
        submit(console.dialog("Withdraw consent"), "Withdraw consent");
        assertThat(Console.button(application, "Consent for everybody")).isVisible();
        assertThat(stage.cordon().get(set).path("consentedForEverybody")).isEmpty();
    }

    @Test
    void whenAnIssuerIsAddedThenPeopleSignInThereUntilItIsRemoved(Console console, Stage stage) {
        stage.cordon().invite("cleo@example.com", "Cleo Example", false);
        console.open("access?part=signIn");
        assertThat(console.text("People sign in here only")).isVisible();
        console.looked("access-sign-in");
        console.button("Add issuer").click();
        var adding = console.dialog("Add issuer");
        Console.label(adding, "Name").fill("Example accounts");
        trust(adding, stage);
        Console.label(adding, "Client id").fill("cordon");
        adding.getByLabel("Make users of strangers").check();
        Console.button(adding, "Add a value").click();
        adding.getByLabel("Value in the claim").fill("soc");
        Console.label(adding, "Role here").selectOption("Incident response");
        Axe.assertNoBarriers(console.page(), "dialog of an issuer at which people sign in");
        Console.button(adding, "Add issuer").click();
        var register = console.dialog("Register this at Example accounts");
        assertThat(Console.label(register, "Redirect address")).containsText("/signin/outside/");
        submit(register, "Done");
        var row = console.row("Example accounts");
        assertThat(row).containsText("Makes users");

        console.button("Edit Example accounts").click();
        Console.label(console.dialog(), "Claim with the user’s name").fill("upn");
        Console.label(console.dialog(), "Enabled").uncheck();
        console.answer("Save");
        assertThat(row).containsText("By name, from upn");
        assertThat(row).containsText("Disabled");
        var known = stage.cordon().get("/cordon/v1/sign-in-issuers").at("/value/0");
        assertThat(known.at("/roles/0/roles/0").asString()).isEqualTo("Incident response");
        assertThat(known.path("authority").asString()).contains("BEGIN CERTIFICATE");

        console.button("People of Example accounts").click();
        var people = console.dialog("People of Example accounts");
        assertThat(people).containsText("Nobody yet");
        Console.button(people, "Link a user").click();
        var link = console.dialog("Link a user");
        Console.label(link, "User name").fill("cleo@example.com");
        Console.label(link, "Subject").fill("person-17");
        Axe.assertNoBarriers(console.page(), "dialog of a link");
        submit(link, "Link a user");
        assertThat(people).containsText("person-17");
        Axe.assertNoBarriers(console.page(), "dialog of linked people");
        remove(console, people, "Unlink cleo@example.com");
        assertThat(people).containsText("Nobody yet");
        people.getByText("Close", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(people).isHidden();

        console.button("Remove the issuer Example accounts").click();
        console.dialog().getByLabel("to go on").fill("Example accounts");
        console.answer("Remove");
        assertThat(console.text("People sign in here only")).isVisible();
        assertThat(stage.cordon().get("/cordon/v1/sign-in-issuers").path("value"))
                .isEmpty();
    }

    @Test
    void whenAnIssuersTokensAreTrustedThenForUsersTooUntilTheyAreNot(Console console, Stage stage) {
        console.open("access?part=outside");
        console.button("Trust an issuer").click();
        var adding = console.dialog("Trust an issuer");
        trust(adding, stage);
        Console.label(adding, "Audience").fill("api://cordon");
        Console.label(adding, "Role in the token").fill("soc");
        Console.label(adding, "Claim with the scopes").fill("scp");
        Console.button(
                        adding.getByRole(
                                AriaRole.GROUP,
                                new Locator.GetByRoleOptions().setName("What a role allows a user, on all machines")),
                        "Add a grant")
                .click();
        Console.label(adding, "Role in the token").last().fill("analyst");
        Axe.assertNoBarriers(console.page(), "dialog of an issuer of tokens");
        submit(adding, "Trust an issuer");
        var row = console.row("api://cordon");
        assertThat(row).containsText("Machine.Read.All");
        assertThat(row).containsText("ViewData");
        console.looked("access-outside-issuer");
        Console.button(row, Pattern.compile("Trust no longer")).click();
        console.answer("Trust no longer");
        assertThat(console.text("No outside issuers")).isVisible();
    }

    @Test
    void whenASecondFactorIsAskedOfEverybodyThenTheOtherSettingsStay(Console console, Stage stage) {
        var before = stage.cordon().get("/cordon/v1/settings");
        try {
            console.open("access?part=signIn");
            console.button("Require of everybody").click();
            Axe.assertNoBarriers(console.page(), "dialog of the second factor");
            console.answer("Require of everybody");
            assertThat(console.text("Everybody needs one")).isVisible();
            var after = stage.cordon().get("/cordon/v1/settings");
            assertThat(required(after)).isTrue();
            assertThat(after.path("isolation")).isEqualTo(before.path("isolation"));
            assertThat(after.path("objects")).isEqualTo(before.path("objects"));
            console.button("Require no longer of everybody").click();
            console.answer("Require no longer of everybody");
            assertThat(console.button("Require of everybody")).isVisible();
            assertThat(required(stage.cordon().get("/cordon/v1/settings"))).isFalse();
        } finally {
            stage.cordon().put("/cordon/v1/settings", before);
        }
    }

    private static boolean required(JsonNode settings) {
        return settings.at("/signIn/requireSecondFactor").asBoolean();
    }

    /** The open dialog of a new application. */
    private static Locator application(Console console, Stage stage, String name) {
        stage.cordon()
                .post(
                        "/cordon/v1/applications",
                        Map.of("displayName", name, "permissions", List.of("Machine.Read.All")));
        console.open("access");
        console.button("Edit " + name).click();
        return console.dialog(name);
    }

    private static String id(Stage stage, String name) {
        return stage.cordon()
                .get("/cordon/v1/applications")
                .path("value")
                .valueStream()
                .filter(one -> one.path("displayName").asString().equals(name))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
    }

    private static void trust(Locator dialog, Stage stage) {
        Console.label(dialog, "Issuer")
                .fill(stage.cordon().url() + "/" + stage.cordon().tenantId() + "/v2.0");
        dialog.getByText("Its keys and servers").click();
        Console.label(dialog, "Private authority").fill(stage.cordon().authority());
    }

    private static void submit(Locator dialog, String button) {
        Console.button(dialog, button).click();
        assertThat(dialog).isHidden();
    }

    private static void remove(Console console, Locator inside, String removal) {
        Console.button(inside, removal).click();
        submit(console.dialog(removal), "Remove");
    }
}
