package dev.cordon.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.store.Engine;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets a next certificate, and who is shut out for good. */
final class RenewalTest {

    private static final String PATH = "/cordon/v1/enroll/renewal";

    private @Nullable EnrollmentServer server;
    private Duration passed = Duration.ZERO;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private EnrollmentServer start(Engine engine) {
        server = new EnrollmentServer(engine);
        return server;
    }

    private void pass(EnrollmentServer server, Duration time) {
        server.pass(time);
        passed = passed.plus(time);
    }

    private String now() {
        return Instant.now().plus(passed).toString();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheOldCertificateHasExpiredThenTheMachineGetsANewOneThatCounts(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        pass(server, MachineCertificates.LIFETIME.plusDays(30));
        var old = machine.chain().getFirst();
        assertThat(server.certificates.authenticate(old)).isEmpty();
        assertThat(server.certificates.lapsed(old)).isPresent();

        var answer = server.call("POST", PATH, machine.renewal(server.tenant, now()));
        assertThat(answer.status()).isEqualTo(201);
        var renewed = leaf(answer);
        assertThat(renewed.getPublicKey()).isEqualTo(machine.publicKey());
        assertThat(renewed.getNotAfter().toInstant())
                .isAfter(Instant.parse(now()).plus(Duration.ofDays(360)));
        assertThat(server.certificates.authenticate(renewed))
                .hasValueSatisfying(found -> assertThat(found.machineId()).isEqualTo(machine.id()));
        assertThat(server.events()).containsOnlyOnce("machine.certificate_renewed");

        var again = server.call("POST", PATH, machine.renewal(server.tenant, now()));
        assertThat(leaf(again)).isEqualTo(renewed);
        var overTheGateway =
                server.certificates.renew(server.certificates.lapsed(old).orElseThrow(), old);
        assertThat(overTheGateway).containsExactly(renewed, machine.chain().getLast());
        assertThat(server.events()).containsOnlyOnce("machine.certificate_renewed");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheProofIsStaleForgedOrForAnotherTenantThenRefused(Engine engine) {
        var server = start(engine);
        var machine = server.enrolled();
        pass(server, Duration.ofDays(250));
        assertRefused(
                server.call(
                        "POST",
                        PATH,
                        machine.renewal(server.tenant, Instant.now().toString())),
                "clock");
        assertRefused(
                server.call("POST", PATH, machine.renewal(server.tenant, "+1000000000-12-31T23:59:59Z")), "clock");
        assertThat(server.call("POST", PATH, machine.renewal(server.tenant, "yesterday"))
                        .status())
                .isEqualTo(400);
        var moved = machine.renewal(server.tenant, now());
        moved.put("at", Instant.parse(now()).plusSeconds(60).toString());
        assertRefused(server.call("POST", PATH, moved), "proof");
        var foreign = machine.renewal(server.tenant, now());
        foreign.put("machineId", new TestMachine().id());
        assertRefused(server.call("POST", PATH, foreign), "proof");
        assertRefused(server.call("POST", PATH, machine.renewal(server.otherTenant, now())), "not enrolled");
        assertRefused(server.call("POST", PATH, new TestMachine().renewal(server.tenant, now())), "not enrolled");
        assertThat(server.events()).doesNotContain("machine.certificate_renewed");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenCertificatesAreRevokedThenNothingRenewsThemAndOnlyAdministratorsOfTheTenantCanDoIt(Engine engine) {
        var server = start(engine);
        var machine = server.enrolled();
        var path = "/cordon/v1/machines/" + machine.id() + "/revoke-certificates";
        assertThat(server.call(server.tenant + " none", "POST", path, Map.of()).status())
                .isEqualTo(403);
        assertThat(server.call(server.otherTenant + " all", "POST", path, Map.of())
                        .status())
                .isEqualTo(404);
        assertThat(server.certificates.authenticate(machine.chain().getFirst())).isPresent();

        var revoked = server.call("POST", path, Map.of());
        assertThat(revoked.status()).isEqualTo(200);
        assertThat(revoked.body().get("certificates").intValue()).isEqualTo(1);
        assertThat(server.certificates.authenticate(machine.chain().getFirst())).isEmpty();
        assertRefused(server.call("POST", PATH, machine.renewal(server.tenant, now())), "revoked");
        var shown = machine.chain().getFirst();
        assertThat(server.certificates.renew(new MachineRef(server.tenant, machine.id()), shown))
                .isEmpty();
        pass(server, MachineCertificates.LIFETIME.plusDays(30));
        assertThat(server.certificates.lapsed(shown)).isEmpty();
        assertThat(server.events()).contains("machine.certificates_revoked");
        assertThat(server.call("POST", path, Map.of())
                        .body()
                        .get("certificates")
                        .intValue())
                .isZero();
    }

    private static X509Certificate leaf(EnrollmentServer.Answer answer) {
        var pem = answer.body().get("certificateChain").get(0).stringValue();
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(EnrollmentServer.Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body().get("error").get("message").stringValue()).contains(why);
    }
}
