package dev.cordon.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.Agent;
import dev.cordon.agent.AgentSettings;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.enrollment.StoredIdentity;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.simulation.SimulatedFacts;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.agent.simulation.SimulatedPlatform;
import dev.cordon.agent.simulation.SimulatedTasks;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.protocol.wire.Offboard;
import dev.cordon.protocol.wire.RestrictExecution;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole agent, connected to the real gateway, that is taken off its machine. */
@Timeout(120)
final class OffboardingTest {

    @TempDir
    Path directory;

    private final TestGateway gateway = new TestGateway();
    private final SimulatedNetworkIsolation network = new SimulatedNetworkIsolation();
    private final SimulatedTasks tasks = new SimulatedTasks();
    private final KeyPair commandKey = key();
    private final CountDownLatch gone = new CountDownLatch(1);

    @BeforeEach
    void enroll() throws Exception {
        gateway.start();
        var known = gateway.identity();
        StoredIdentity.store(
                new StateDirectory(directory),
                new Identity(
                        known.tenantId(),
                        known.machineId(),
                        known.key(),
                        known.chain(),
                        known.server(),
                        known.serverCa(),
                        List.of(commandKey.getPublic()),
                        known.gateways(),
                        known.computerName()));
    }

    @AfterEach
    void close() {
        tasks.letGo();
        gateway.close();
    }

    @Test
    void whenTheServerKnowsThenNothingIsEnforcedAndNoKeyIsLeft() throws Exception {
        try (var agent = start()) {
            send(1, Command.newBuilder().setIsolate(Isolate.newBuilder().setMode(IsolationMode.ISOLATION_MODE_FULL)));
            send(2, Command.newBuilder().setRestrictExecution(RestrictExecution.getDefaultInstance()));
            await().until(() -> network.inForce() && tasks.execution().equals("Restricted"));
            await().until(() -> gateway.reports.size() >= 4);
            tasks.hold();
            send(3, Command.newBuilder().setScan(Scan.newBuilder().setDepth(ScanDepth.SCAN_DEPTH_FULL)));
            await().until(() -> gateway.reports.size() >= 5);
            gateway.reportsThatFail.set(2);
            send(4, Command.newBuilder().setOffboard(Offboard.getDefaultInstance()));
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(network.inForce()).isFalse();
            assertThat(tasks.execution()).isEqualTo("None");
            assertThat(directory.resolve("identity.p12")).doesNotExist();
            assertThat(directory.resolve("agent.properties")).doesNotExist();
            assertThat(directory.resolve("journal/journal.log")).doesNotExist();
            assertThat(agent.channelStanding()).isEqualTo("closed");
        }
    }

    @Test
    void whenTheServerCannotBeToldThenTheAgentStaysAndTellsItLaterAlsoAfterARestart() throws Exception {
        gateway.reportsThatFail.set(Integer.MAX_VALUE);
        try (var agent = start()) {
            send(1, Command.newBuilder().setOffboard(Offboard.getDefaultInstance()));
            await().until(() -> gateway.reportsThatFail.get() < Integer.MAX_VALUE - 2);
            assertThat(agent.channelStanding()).isNotEqualTo("closed");
        }
        assertThat(directory.resolve("identity.p12")).exists();
        gateway.reportsThatFail.set(0);
        try (var again = start()) {
            assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(again.channelStanding()).isEqualTo("closed");
        }
        assertThat(Files.exists(directory.resolve("identity.p12"))).isFalse();
    }

    private Agent start() throws Exception {
        var settings = AgentSettings.of(directory, Log.silent())
                .withoutLocalSocket()
                .withRetry(Duration.ofMillis(10), Duration.ofMillis(200));
        var agent = new Agent(
                settings,
                new SimulatedPlatform(network, tasks),
                new SimulatedFacts("host", "Debian", "12", "198.51.100.1"),
                Clock.systemUTC());
        agent.onOffboarded(gone::countDown);
        agent.start();
        return agent;
    }

    private void send(long sequence, Command.Builder order) {
        var command = order.setTenantId(TestGateway.MACHINE.tenantId())
                .setMachineId(gateway.identity().machineId().value())
                .setSequence(sequence)
                .setActionId("action-" + sequence)
                .setExpiresAtMicros(Instant.now().plusSeconds(3_600).getEpochSecond() * 1_000_000)
                .build();
        gateway.command(
                sequence, Envelopes.seal(command, commandKey.getPrivate(), Envelopes.keyId(commandKey.getPublic())));
    }

    private static KeyPair key() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
