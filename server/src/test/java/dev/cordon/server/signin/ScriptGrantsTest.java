package dev.cordon.server.signin;

import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.ScriptLibraries;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** MSAL and Azure Identity for Node, MSAL for Python and ADAL with the grants that have a user, over TLS that they check. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptGrantsTest {

    private static final String REDIRECT = "http://localhost";

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final OutsideIssuer issuer = new OutsideIssuer();
    private final CodeFlow flow = CodeFlow.of(
            server, new Client(true, true, List.of(REDIRECT), DelegatedPermissions.parse(List.of("Machine.Read"))));
    private final MiddleTier middle = MiddleTier.in(server, flow.tenant());

    @AfterAll
    void stop() {
        issuer.close();
        server.close();
    }

    @Test
    void whenTheLibrariesOfNodeActForAUserThenTheirTokensOpenTheApi() {
        trustIssuer();
        var tokens = ScriptLibraries.node("grants.mjs", server.caFile, given(), this::person);
        assertOpen(
                tokens,
                "msalPassword",
                "msalRefresh",
                "msalInteractive",
                "msalCode",
                "msalDeviceCode",
                "msalOnBehalfOf",
                "identityPassword",
                "identityCode",
                "identityDeviceCode",
                "identityOnBehalfOf");
        var federated = SignInServer.claims(tokens.path("identityFederated").asString(""));
        assertThat(federated.get("appid").stringValue())
                .isEqualTo(middle.service().id());
        assertThat(federated.get("appidacr").stringValue()).isEqualTo("2");
    }

    @Test
    void whenTheLibrariesOfPythonActForAUserThenTheirTokensOpenTheApi() {
        assertOpen(
                ScriptLibraries.python("grants.py", server.caFile, given(), this::person),
                "msalRefresh",
                "msalDeviceCode",
                "msalCode",
                "msalOnBehalfOf",
                "adalPassword",
                "adalRefresh",
                "adalDeviceCode",
                "adalCode");
    }

    private void assertOpen(JsonNode tokens, String... names) {
        for (var name : names) {
            var token = tokens.path(name).asString("");
            var answer = server.api("GET", "/machines", token);
            assertThat(answer.statusCode()).as("%s: %s", name, tokens).isEqualTo(200);
            assertThat(json(answer).get("context").stringValue()).isEqualTo("USER");
        }
    }

    private Map<String, String> given() {
        var plain = flow.request(Map.of("redirect_uri", REDIRECT, "code_challenge", "", "code_challenge_method", ""));
        return Map.ofEntries(
                Map.entry("authority", server.base()),
                Map.entry("tenant", flow.tenant().id()),
                Map.entry("clientId", flow.client().id()),
                Map.entry("username", flow.user().userPrincipalName()),
                Map.entry("password", SignInServer.PASSWORD),
                Map.entry("scope", SignInServer.SCOPE),
                Map.entry("redirectUri", REDIRECT),
                Map.entry("challenge", CodeFlow.CHALLENGE),
                Map.entry("verifier", CodeFlow.VERIFIER),
                Map.entry("code", flow.code(plain)),
                Map.entry("serviceId", middle.service().id()),
                Map.entry("serviceSecret", middle.secret()),
                Map.entry("assertion", middle.assertion()),
                Map.entry("federated", federated()),
                Map.entry("caFile", server.caFile.toString()));
    }

    /** What the person at the screen does, in a browser. */
    private String person(String question) {
        var words = question.split(" ", 2);
        try (var browser = new TestBrowser(server)) {
            return switch (words[0]) {
                case "let-in" -> {
                    var ask = browser.follow(browser.submit(browser.open("/devicelogin"), flow.credentials()));
                    browser.submit(browser.submit(ask, Map.of("code", words[1])), Map.of("answer", "accept"));
                    yield "done";
                }
                case "come-back" -> location(browser, words[1]);
                default -> {
                    // the program listens on this computer
                    visit(location(browser, words[1]));
                    yield "done";
                }
            };
        }
    }

    private String location(TestBrowser browser, String url) {
        return TestBrowser.location(
                flow.answer(browser, url.substring(server.base().length())));
    }

    private static void visit(String url) {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
            http.send(request.build(), BodyHandlers.discarding());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void trustIssuer() {
        var credential = Json.MAPPER
                .createObjectNode()
                .put("name", "ci")
                .put("issuer", issuer.url())
                .put("subject", "job-1")
                .put("authority", issuer.caPem());
        var path = "/applications/" + middle.service().id() + "/federated-credentials";
        var added = server.administer(server.administrator(flow.tenant()), "POST", path, credential.toString());
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    }

    private String federated() {
        var now = server.time.instant();
        return issuer.sign(new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .subject("job-1")
                .audience("api://AzureADTokenExchange")
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .build());
    }
}
