package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that prove themselves with the token of an outside issuer, over the real token endpoint. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FederatedAssertionTest {

    private static final String SUBJECT = "project:playbooks:branch:main";

    private final IdentityServer server = new IdentityServer();
    private final OutsideIssuer issuer = new OutsideIssuer();
    private final Client client = server.client("Machine.Read.All");
    private final String administering =
            server.token(server.sibling(client, "administrator-secret", "Cordon.Administer"));
    private final String path = "/applications/" + client.application().id() + "/federated-credentials";
    private final String registered = register();

    @AfterAll
    void stop() {
        issuer.close();
        server.close();
    }

    @Test
    void whenTheOutsideTokenIsTheCredentialsThenItsTokenOpensTheApi() {
        for (int i = 0; i < 2; i++) {
            var answer = send(token(claims -> claims));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(server.machines(json(answer).get("access_token").stringValue())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whenAClaimDiffersThenItIsRefusedUnderItsOwnNumber() {
        assertRefused(send(token(claims -> claims.issuer(issuer.url() + "/"))), 700211);
        assertRefused(send(token(claims -> claims.audience("api://other"))), 700212);
        assertRefused(
                send(token(claims -> claims.audience(List.of(FederatedCredential.USUAL_AUDIENCE, "other")))), 700212);
        assertRefused(send(token(claims -> claims.subject(SUBJECT.toUpperCase(java.util.Locale.ROOT)))), 700213);
        assertRefused(send(token(claims -> claims.subject(null))), 700213);
        var now = server.time.instant();
        assertRefused(send(token(claims -> claims.expirationTime(Date.from(now.minusSeconds(301))))), 700024);
        assertRefused(send(token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(301))))), 700024);
        assertRefused(send(token(claims -> claims.expirationTime(null))), 50027);
    }

    @Test
    void whenAnotherIssuerSignsThenItIsRefused() {
        try (var impostor = new OutsideIssuer()) {
            assertRefused(send(impostor.sign(claims().build())), 700027);
        }
        assertRefused(send(new PlainJWT(claims().build()).serialize()), 50027);
    }

    @Test
    void whenOutsideTokensAreShownThenTheLogHoldsNoneOfThem() {
        try (var log = new CapturedLog();
                var impostor = new OutsideIssuer()) {
            var good = token(claims -> claims);
            var another = token(claims -> claims.audience("api://other"));
            var forged = impostor.sign(claims().build());
            var access = json(send(good)).get("access_token").stringValue();
            assertRefused(send(another), 700212);
            assertRefused(send(forged), 700027);
            assertThat(log.text()).contains("token.issued", "AADSTS700212", "AADSTS700027");
            log.assertHoldsNone(Stream.of(good, another, forged, access)
                    .map(jwt -> jwt.substring(jwt.lastIndexOf('.') + 1))
                    .toList());
        }
    }

    @Test
    void whenTheCredentialIsAnotherApplicationsThenItIsRefused() {
        var other = server.sibling(client, "other-secret", "Machine.Read.All");
        var form = new HashMap<>(form(token(claims -> claims)));
        form.put("client_id", other.application().id());
        assertThat(json(server.post("/" + client.tenant().id() + "/oauth2/v2.0/token", form))
                        .at("/error_codes/0")
                        .intValue())
                .isEqualTo(700027);
    }

    @Test
    void whenTheCredentialIsRemovedThenTheTokenIsWorthNothing() {
        var body = body().put("subject", "short-lived").put("name", "short");
        var added = server.administer(administering, "POST", path, body.toString());
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        var token = token(claims -> claims.subject("short-lived"));
        assertThat(send(token).statusCode()).isEqualTo(200);
        var one = path + "/" + json(added).get("id").stringValue();
        assertThat(server.administer(administering, "DELETE", one, "").statusCode())
                .isEqualTo(204);
        assertRefused(send(token), 700213);
        assertThat(server.administer(administering, "DELETE", one, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whenCredentialsAreAdministeredThenMistakesAndForeignersAreRefused() {
        assertThat(server.administer(administering, "POST", path, body().toString())
                        .body())
                .contains("already");
        assertThat(server.administer(
                                administering,
                                "POST",
                                path,
                                body().put("issuer", "http://x.example.com").toString())
                        .body())
                .contains("must be an https URL");
        var foreigner = server.token(server.client("Cordon.Administer"));
        assertThat(server.administer(foreigner, "GET", path, "").statusCode()).isEqualTo(404);
        assertThat(server.administer(foreigner, "DELETE", path + "/" + registered, "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(json(server.administer(administering, "GET", path, ""))
                        .at("/value/0/subject")
                        .stringValue())
                .isEqualTo(SUBJECT);
    }

    private String register() {
        var answer = server.administer(administering, "POST", path, body().toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").stringValue();
    }

    private tools.jackson.databind.node.ObjectNode body() {
        return Json.MAPPER
                .createObjectNode()
                .put("name", "ci")
                .put("issuer", issuer.url())
                .put("subject", SUBJECT)
                .put("authority", issuer.caPem());
    }

    private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return issuer.sign(change.apply(claims()).build());
    }

    private JWTClaimsSet.Builder claims() {
        var now = server.time.instant();
        return new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .subject(SUBJECT)
                .audience(FederatedCredential.USUAL_AUDIENCE)
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    private HttpResponse<String> send(String assertion) {
        return server.post("/" + client.tenant().id() + "/oauth2/v2.0/token", form(assertion));
    }

    private Map<String, String> form(String assertion) {
        return IdentityServer.asserted(client, assertion);
    }

    private static void assertRefused(HttpResponse<String> answer, int number) {
        assertThat(json(answer).at("/error_codes/0").intValue())
                .as(answer.body())
                .isEqualTo(number);
        assertThat(answer.statusCode()).isEqualTo(401);
    }
}
