package dev.cordon.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.audit.HashChainedAuditLog.Verification;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is let in, how often, and what everybody else is told. */
final class EnrollmentTest {

    private @Nullable EnrollmentServer server;

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

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineEnrollsThenItIsInTheInventoryWithACertificateOfItsTenant(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        var leaf = machine.chain().getFirst();
        leaf.verify(machine.chain().getLast().getPublicKey());
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(leaf.getSubjectX500Principal().getName())
                .contains("CN=" + machine.id())
                .contains("O=" + server.tenant);
        assertThat(server.call("GET", "/api/machines/" + machine.id(), Map.of()).status())
                .isEqualTo(200);
        assertThat(server.events()).containsExactly("enrollment_token.created", "machine.enrolled");
        Verification verified = server.database.read(sql -> server.audit.verify(sql, server.tenant));
        assertThat(verified).isInstanceOf(Verification.Intact.class);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheAnswerWasLostThenTheSameKeyGetsAFreshCertificateWithoutAFurtherUse(Engine engine) {
        var server = start(engine);
        var token = server.token(1);
        var text = token.get("token").stringValue();
        var machine = new TestMachine();
        machine.enrolled(server.enroll(machine.request(text)));
        var first = machine.chain().getFirst();
        machine.enrolled(server.enroll(machine.request(text)));
        assertThat(machine.chain().getFirst().getSerialNumber()).isNotEqualTo(first.getSerialNumber());
        assertThat(uses(server, token.get("id").stringValue())).isEqualTo(1);
        assertRefused(server.enroll(new TestMachine().request(text)), "used up");

        server.database.write(sql -> server.certificates.revoke(sql, server.tenant, "test", machine.id()));
        assertRefused(server.enroll(machine.request(text)), "used up");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenManyRaceForFewUsesThenExactlyThatManyAreLetIn(Engine engine) throws Exception {
        var server = start(engine);
        var token = server.token(5);
        var text = token.get("token").stringValue();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var racers = IntStream.range(0, 20)
                    .mapToObj(_ -> new TestMachine().request(text))
                    .<Callable<Integer>>map(
                            request -> () -> server.enroll(request).status())
                    .toList();
            var statuses = new java.util.ArrayList<Integer>();
            for (var racer : pool.invokeAll(racers)) {
                statuses.add(racer.get());
            }
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(5);
            assertThat(statuses).filteredOn(status -> status == 403).hasSize(15);
        }
        assertThat(uses(server, token.get("id").stringValue())).isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheTokenIsNoGoodThenRefusedWithTheReasonButNoHintForGuessing(Engine engine) {
        var server = start(engine);
        var token = server.token(3);
        var text = token.get("token").stringValue();
        var id = token.get("id").stringValue();
        var machine = new TestMachine();
        var unknown = text.replace(id, "00000000-0000-0000-0000-000000000000");
        int secret = text.indexOf(id) + id.length() + 1;
        var wrong = text.substring(0, secret) + "A".repeat(43) + text.substring(secret + 43);
        var answers = List.of(unknown, wrong, "cordon-enroll.x", "").stream()
                .map(bad -> server.enroll(machine.request(bad))
                        .body()
                        .get("error")
                        .get("message")
                        .stringValue())
                .distinct()
                .toList();
        assertThat(answers).hasSize(1).first().asString().contains("not valid");

        assertThat(server.call(server.otherTenant + " all", "DELETE", "/cordon/v1/enrollment-tokens/" + id, Map.of())
                        .status())
                .isEqualTo(404);
        var misplaced = server.call("DELETE", "/cordon/v1/enrollment-tokens/" + text, Map.of());
        assertThat(misplaced.status()).isEqualTo(404);
        assertThat(misplaced.body().toString().toLowerCase(Locale.ROOT)).doesNotContain(text.toLowerCase(Locale.ROOT));
        assertThat(server.call("DELETE", "/cordon/v1/enrollment-tokens/" + id, Map.of())
                        .status())
                .isEqualTo(204);
        assertRefused(server.enroll(machine.request(text)), "revoked");

        var late = server.token(3).get("token").stringValue();
        server.pass(Duration.ofMinutes(61));
        assertRefused(server.enroll(machine.request(late)), "expired");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenProofOrKeyIsWrongThenRefusedAndNoUseIsCounted(Engine engine) {
        var server = start(engine);
        var token = server.token(1);
        var text = token.get("token").stringValue();
        var machine = new TestMachine();
        var forged = machine.request(text);
        forged.put("proof", TestMachine.base64(new TestMachine().proof(text)));
        assertRefused(server.enroll(forged), "proof");
        var curve = server.enroll(new TestMachine("secp384r1").request(text));
        assertThat(curve.status()).isEqualTo(400);
        assertThat(curve.body().get("error").get("message").stringValue()).contains("P-256");
        var garbage = machine.request(text);
        garbage.put("publicKey", "AAAA");
        assertThat(server.enroll(garbage).status()).isEqualTo(400);
        var nameless = machine.request(text);
        nameless.remove("facts");
        assertThat(server.enroll(nameless).status()).isEqualTo(400);
        assertThat(uses(server, token.get("id").stringValue())).isZero();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTokensAreListedThenTheirSecretsAreNotShownAndOthersSeeNothing(Engine engine) {
        var server = start(engine);
        var token = server.token(2);
        var secret = token.get("token").stringValue().split("\\.", -1)[2];
        var list = server.call("GET", "/cordon/v1/enrollment-tokens", Map.of());
        assertThat(list.body().toString()).contains("\"Active\"").doesNotContain(secret);
        assertThat(server.call(server.otherTenant + " all", "GET", "/cordon/v1/enrollment-tokens", Map.of())
                        .body()
                        .get("value")
                        .size())
                .isZero();
        assertThat(server.call(server.tenant + " none", "POST", "/cordon/v1/enrollment-tokens", Map.of())
                        .status())
                .isEqualTo(403);
        assertThat(token.get("installCommand").stringValue())
                .endsWith(token.get("token").stringValue());
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenACertificateWasNotIssuedHereThenItBelongsToNobody(Engine engine) {
        var server = start(engine);
        var machine = server.enrolled();
        var leaf = machine.chain().getFirst();
        assertThat(server.certificates.authenticate(leaf)).isPresent();
        var now = java.time.Instant.now();
        var own = server.database.read(sql -> server.keys.machineAuthority(sql, server.tenant));
        var other = server.database.read(sql -> server.keys.machineAuthority(sql, server.otherTenant));
        var id = new dev.cordon.protocol.MachineId(machine.id());
        for (var authority :
                List.of(own, other, new dev.cordon.server.keys.MachineAuthority(own.certificate(), other.key()))) {
            var forged = MachineCertificate.issue(
                    authority, server.tenant, id, machine.publicKey(), now, Duration.ofDays(1));
            assertThat(server.certificates.authenticate(forged)).isEmpty();
        }
        server.database.write(sql -> server.certificates.revoke(sql, server.tenant, "test", machine.id()));
        assertThat(server.certificates.authenticate(leaf)).isEmpty();
    }

    private static int uses(EnrollmentServer server, String id) {
        return server.call("GET", "/cordon/v1/enrollment-tokens/" + id, Map.of())
                .body()
                .get("uses")
                .intValue();
    }

    private static void assertRefused(EnrollmentServer.Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body().get("error").get("code").stringValue()).isEqualTo("DisallowedOperation");
        assertThat(answer.body().get("error").get("message").stringValue()).contains(why);
    }
}
