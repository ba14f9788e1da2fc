package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What administrators may register as an application's certificate, how long it holds, and who sees it. */
final class CertificateRegistrationTest {

    private static final Duration YEAR = Duration.ofDays(365);

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");
    private final String path = "/applications/" + client.application().id() + "/certificates";
    private final String administering =
            server.token(server.sibling(client, "administrator-secret", "Cordon.Administer"));
    private final TestCertificate certificate = TestCertificate.rsa(server.time.instant(), YEAR);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whenOneCertificateReplacesAnotherThenThereIsNoGap() {
        var now = server.time.instant();
        var old = TestCertificate.rsa(now, Duration.ofDays(10));
        var certificates = new ApplicationCertificates(server.time);
        server.database.write(sql -> {
            certificates.add(sql, client.application(), old.certificate(), Optional.empty(), Optional.empty(), false);
            return certificates.add(
                    sql,
                    client.application(),
                    certificate.certificate(),
                    Optional.of(now.plus(Duration.ofDays(9))),
                    Optional.empty(),
                    false);
        });
        assertThat(opens(old)).isTrue();
        assertThat(opens(certificate)).as("not yet").isFalse();
        server.time.pass(Duration.ofDays(9).plusHours(1));
        assertThat(opens(old)).isTrue();
        assertThat(opens(certificate)).isTrue();
        server.time.pass(Duration.ofDays(1));
        assertThat(opens(old)).as("expired").isFalse();
        assertThat(opens(certificate)).isTrue();
    }

    @Test
    void whenCertificatesAreListedThenTheyShowWhatTheyAreAndForeignersSeeNothing() {
        var registered = json(register(Map.of("certificate", certificate.pem())))
                .get("id")
                .stringValue();
        var listed = json(server.administer(administering, "GET", path, "")).get("value");
        var one = listed.valueStream()
                .filter(node -> node.get("id").stringValue().equals(registered))
                .findFirst()
                .orElseThrow();
        assertThat(one.get("subject").stringValue()).isEqualTo("CN=playbooks.example.com");
        assertThat(one.get("thumbprint").stringValue()).matches("[0-9A-F]{40}");
        assertThat(one.get("thumbprintSha256").stringValue()).matches("[0-9A-F]{64}");
        var foreigner = server.token(server.client("Cordon.Administer"));
        assertThat(server.administer(foreigner, "GET", path, "").statusCode()).isEqualTo(404);
        assertThat(server.administer(foreigner, "DELETE", path + "/" + registered, "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whenWhatIsRegisteredIsNoUsableCertificateThenTheAnswerSaysWhy() throws Exception {
        var now = server.time.instant();
        var small = TestCertificate.rsa(1024, now, YEAR);
        var ec = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertBad(Map.of("certificate", small.pem()), "1024 bits");
        assertBad(
                Map.of(
                        "certificate",
                        TestCertificate.of(ec, "SHA256withECDSA", now, YEAR).pem()),
                "no RSA key");
        assertBad(Map.of("certificate", certificate.pem() + certificate.pem()), "exactly one");
        assertThat(register(Map.of("certificate", certificate.pem())).statusCode())
                .isEqualTo(201);
        assertBad(Map.of("certificate", certificate.pem()), "has it already");
        assertBad(Map.of("certificate", "AAAA"), "not an X.509 certificate");
        assertBad(Map.of("certificate", "!"), "neither PEM nor Base64");
        assertBad(Map.of("certificate", "-----BEGIN PRIVATE KEY-----"), "private key");
        assertBad(Map.of(), "is missing");
        var over = TestCertificate.rsa(now.minus(YEAR), Duration.ofDays(1));
        assertBad(Map.of("certificate", over.pem()), "is over");
        var fresh = TestCertificate.rsa(now, YEAR);
        assertBad(
                Map.of(
                        "certificate",
                        fresh.pem(),
                        "expiresAt",
                        now.plus(YEAR).plusSeconds(10).toString()),
                "own time");
        assertBad(Map.of("certificate", fresh.pem(), "startsAt", "tomorrow"), "must be a time");
    }

    private boolean opens(TestCertificate one) {
        var assertion = one.sign(
                one.header(JWSAlgorithm.RS256).build(), server.claims(client).build());
        var answer = server.post(
                "/" + client.tenant().id() + "/oauth2/v2.0/token", IdentityServer.asserted(client, assertion));
        return answer.statusCode() == 200
                && server.machines(json(answer).get("access_token").stringValue())
                                .statusCode()
                        == 200;
    }

    private HttpResponse<String> register(Map<String, Object> body) {
        return server.administer(administering, "POST", path, Json.MAPPER.writeValueAsString(body));
    }

    private void assertBad(Map<String, Object> body, String message) {
        var answer = register(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(json(answer).at("/error/message").stringValue()).contains(message);
    }
}
