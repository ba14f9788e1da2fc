package dev.cordon.agent.enrollment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.TestPki;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.simulation.SimulatedFacts;
import dev.cordon.agent.storage.StateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Enrollment and renewal over real HTTPS, with everything that comes in between. */
final class EnrollerTest {

    @TempDir
    Path directory;

    private final EnrollmentApi api = new EnrollmentApi();
    private StateDirectory state = new StateDirectory(Path.of("/nonexistent"));

    @BeforeEach
    void makeState() {
        state = new StateDirectory(directory.resolve("state"));
    }

    @AfterEach
    void close() {
        api.close();
    }

    private Identity enroll() throws Exception {
        return enroll(api.token());
    }

    private Identity enroll(String token) throws Exception {
        var facts = new SimulatedFacts("m.example.com", "Debian", "12", "192.0.2.7");
        return new Enroller(state, facts, Log.silent()).enroll(api.url(), token, Optional.of("named"));
    }

    @Test
    void whenEnrolledThenTheIdentityIsOnDiskForItsOwnerOnly() throws Exception {
        var identity = enroll();
        assertThat(new IdentityStore(state).load()).hasValueSatisfying(loaded -> {
            assertThat(loaded.machineId()).isEqualTo(identity.machineId());
            assertThat(loaded.key()).isEqualTo(identity.key());
            assertThat(loaded.chain()).isEqualTo(identity.chain());
            assertThat(loaded.server()).isEqualTo(api.url());
            assertThat(loaded.commandKeys()).isEqualTo(identity.commandKeys());
            assertThat(loaded.computerName()).contains("named");
        });
        for (var file : new Path[] {state.identity(), state.properties()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
        assertThat(state.pendingKey()).doesNotExist();
        assertThatThrownBy(this::enroll).hasMessageContaining("enrolled already");
    }

    @Test
    void whenTheAnswerIsLostThenTheNextTryIsTheSameMachine() throws Exception {
        api.hangUp = true;
        assertThatThrownBy(this::enroll).isInstanceOf(EnrollmentException.class);
        assertThat(new IdentityStore(state).load()).isEmpty();
        api.hangUp = false;
        var identity = enroll();
        assertThat(api.machines)
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(identity.machineId().value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"agent.properties", "identity.p12"})
    void whenTheAgentDiesBetweenTheAnswerAndAFileThenTheNextTryIsTheSameMachine(String file) throws Exception {
        var obstacle = state.path().resolve(file + ".new").resolve("in-the-way");
        Files.createDirectories(obstacle);
        assertThatThrownBy(this::enroll).isInstanceOf(EnrollmentException.class);
        assertThat(new IdentityStore(state).exists()).isFalse();
        Files.delete(obstacle);
        var identity = enroll();
        assertThat(api.machines).hasSize(2).containsOnly(identity.machineId().value());
        assertThat(state.pendingKey()).doesNotExist();
    }

    @Test
    void whenTheServerHasAnotherAuthorityThanTheTokenNamesThenTheTokenIsNotSent() throws Exception {
        var token = EnrollmentApi.tokenOf(TestPki.authority("server authority"));
        assertThatThrownBy(() -> enroll(token)).hasMessageContaining("not the one the token was made by");
        assertThat(api.machines).isEmpty();
    }

    @Test
    void whenTheServersCertificateIsForAnotherHostThenTheTokenIsNotSent() throws Exception {
        try (var other = new EnrollmentApi(api.authority, "other.test")) {
            var facts = new SimulatedFacts("m.example.com", "Debian", "12", "192.0.2.7");
            var enroller = new Enroller(state, facts, Log.silent());
            assertThatThrownBy(() -> enroller.enroll(other.url(), api.token(), Optional.empty()))
                    .hasMessageContaining("localhost");
            assertThat(other.machines).isEmpty();
        }
    }

    @Test
    void whenTheServerRefusesThenItsReasonIsSaid() throws Exception {
        api.refusal = "The enrollment token has expired.";
        assertThatThrownBy(this::enroll).hasMessageContaining("The enrollment token has expired. (HTTP 403)");
    }

    @Test
    void whenAThirdOfTheLifeIsLeftThenTheCertificateIsRenewedAndOnDisk() throws Exception {
        api.certificateLife = Duration.ofDays(300);
        api.certificateAge = Duration.ofDays(199);
        assertThat(Renewal.due(enroll(), Instant.now())).isFalse();
        var identity = new IdentityStore(state).load().orElseThrow();
        var later = Instant.now().plus(Duration.ofDays(2));
        assertThat(Renewal.due(identity, later)).isTrue();

        api.certificateAge = Duration.ZERO;
        var renewed = new Renewal(state, Log.silent()).renew(identity, Instant.now());
        assertThat(renewed.chain().getFirst().getNotAfter())
                .isAfter(identity.chain().getFirst().getNotAfter());
        assertThat(Renewal.due(renewed, later)).isFalse();
        var loaded = new IdentityStore(state).load().orElseThrow();
        assertThat(loaded.chain()).isEqualTo(renewed.chain());
        assertThat(loaded.key()).isEqualTo(identity.key());
    }

    @Test
    void whenTheRenewalIsRefusedOrSomebodyElseAnswersThenTheOldCertificateStays() throws Exception {
        var identity = enroll();
        var renewal = new Renewal(state, Log.silent());
        api.refusal = "The machine is not enrolled.";
        assertThatThrownBy(() -> renewal.renew(identity, Instant.now())).hasMessageContaining("not enrolled");
        try (var impostor = new EnrollmentApi(TestPki.authority("server authority"), "localhost")) {
            var lured = new Identity(
                    identity.tenantId(),
                    identity.machineId(),
                    identity.key(),
                    identity.chain(),
                    impostor.url(),
                    identity.serverCa(),
                    identity.commandKeys(),
                    identity.gateways(),
                    identity.computerName());
            assertThatThrownBy(() -> renewal.renew(lured, Instant.now())).hasMessageContaining("authority");
            assertThat(impostor.machines).isEmpty();
        }
        assertThat(new IdentityStore(state).load().orElseThrow().chain()).isEqualTo(identity.chain());
    }
}
