package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.BlockListInForce;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list of blocked files reaches a machine before its commands, and at once when it changes. */
final class BlockListDeliveryTest {

    private final GatewayFixture fixture = new GatewayFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whenAMachineLacksChangesThenTheyComeInOrderAfterTheWelcomeAndBeforeCommands() throws IOException {
        fixture.command(1);
        for (int i = 0; i < 3; i++) {
            fixture.blocks.change();
        }
        try (var agent = connect(1)) {
            assertThat(agent.receive().hasWelcome()).isTrue();
            assertThat(next(agent)).isEqualTo(List.of(1L, 2L));
            assertThat(next(agent)).isEqualTo(List.of(2L, 3L));
            assertThat(agent.receive().hasCommand()).isTrue();
            inForce(agent, 3);
            await().untilAsserted(() -> assertThat(fixture.blocks.inForce).containsExactly(3L));
        }
    }

    @Test
    void whenTheListChangesThenConnectedMachinesGetItAtOnce() throws IOException {
        try (var agent = fixture.greeted(0);
                var other = fixture.another("b".repeat(40))) {
            fixture.blocks.change();
            assertThat(next(agent)).isEqualTo(List.of(0L, 1L));
            assertThat(next(other)).isEqualTo(List.of(0L, 1L));
        }
    }

    @Test
    void whenAMachineDoesNotConfirmThenTheChangesComeAgainAfterTwoHeartbeats() throws IOException {
        fixture.blocks.change();
        try (var agent = fixture.greeted(0)) {
            assertThat(next(agent)).isEqualTo(List.of(0L, 1L));
            agent.heartbeat();
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            agent.heartbeat();
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            assertThat(next(agent)).isEqualTo(List.of(0L, 1L));
            inForce(agent, 1);
            for (int i = 0; i < 3; i++) {
                agent.heartbeat();
                assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            }
        }
    }

    @Test
    void whenAMachineTurnsOutToHaveAnotherVersionThenItGetsWhatFollowsThatOne() throws IOException {
        for (int i = 0; i < 4; i++) {
            fixture.blocks.change();
        }
        try (var agent = connect(4)) {
            assertThat(agent.receive().hasWelcome()).isTrue();
            inForce(agent, 2);
            agent.heartbeat();
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            assertThat(next(agent)).isEqualTo(List.of(2L, 3L));
            assertThat(next(agent)).isEqualTo(List.of(3L, 4L));
        }
    }

    private TestAgent connect(long version) throws IOException {
        var agent = fixture.connect();
        agent.send(AgentMessage.newBuilder()
                .setHello(TestAgent.hello(0).setBlockListVersion(version))
                .build());
        return agent;
    }

    /** The versions that the next changes lead from and to. */
    private static List<Long> next(TestAgent agent) throws IOException {
        var message = agent.receive();
        assertThat(message.hasBlockChanges()).as(message.getBodyCase().name()).isTrue();
        var payload = message.getBlockChanges().getPayload().asReadOnlyByteBuffer();
        return List.of(payload.getLong(), payload.getLong());
    }

    private static void inForce(TestAgent agent, long version) throws IOException {
        agent.send(AgentMessage.newBuilder()
                .setBlockListInForce(BlockListInForce.newBuilder().setVersion(version))
                .build());
    }
}
