package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GatewayMessage;
import dev.cordon.protocol.wire.Goodbye;
import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.SignedReport;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway does with what an agent says, rightly and wrongly. */
final class AgentProtocolTest {

    private static final int FINAL = 0x80;

    private GatewayFixture fixture =
            new GatewayFixture(Duration.ofSeconds(15), GatewayFixture.limits(Duration.ofSeconds(1), 64, 4096, 65536));

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Something wrong that an agent does. */
    interface Misdeed {
        void commit(TestAgent agent) throws IOException;
    }

    static Stream<Arguments> misdeeds() {
        return Stream.of(
                misdeed("Hello", agent -> agent.heartbeat()),
                misdeed(
                        "protocol version 2",
                        agent -> hello(agent, TestAgent.hello(0).setProtocolVersion(2))),
                misdeed(
                        "protocol version 0",
                        agent -> hello(agent, TestAgent.hello(0).setProtocolVersion(0))),
                misdeed("sequence", agent -> hello(agent, TestAgent.hello(-1))),
                misdeed("no Hello came", agent -> {}),
                misdeed("second Hello", agent -> {
                    hello(agent, TestAgent.hello(0));
                    hello(agent, TestAgent.hello(0));
                }),
                misdeed("empty or unknown", agent -> {
                    agent.greet(0);
                    agent.send(AgentMessage.getDefaultInstance());
                }),
                misdeed("never sent", agent -> {
                    agent.greet(0);
                    agent.acknowledge(7);
                }),
                misdeed("never sent", agent -> {
                    agent.greet(0);
                    agent.acknowledge(-7);
                }),
                misdeed("no protobuf", agent -> agent.frame(FINAL | TestAgent.BINARY, new byte[] {1, 2, 3, 4, 5})),
                misdeed("whole binary frame", agent -> agent.frame(FINAL | TestAgent.TEXT, "hello".getBytes())),
                misdeed("whole binary frame", agent -> agent.frame(TestAgent.BINARY, new byte[10])),
                misdeed("at most", agent -> agent.frame(FINAL | TestAgent.BINARY, new byte[(1 << 20) + 1])),
                misdeed("not a WebSocket frame", agent -> agent.frame(FINAL | 0x70 | TestAgent.BINARY, new byte[10])),
                misdeed("report refused", agent -> {
                    agent.greet(0);
                    agent.report(SignedReport.getDefaultInstance());
                }));
    }

    @ParameterizedTest
    @MethodSource("misdeeds")
    void whenAnAgentBreaksTheProtocolThenItIsToldWhyAndDisconnected(String why, Misdeed misdeed) throws IOException {
        try (var agent = fixture.connect()) {
            misdeed.commit(agent);
            var goodbye = agent.awaitGoodbye();
            assertThat(goodbye.getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR);
            assertThat(goodbye.getMessage()).contains(why);
            assertThat(agent.readToEnd()).isEmpty();
        }
        assertThat(fixture.store.events).doesNotContain("report 0");
    }

    @Test
    void whenAnAgentFallsSilentThenItIsDisconnectedAfterThreeHeartbeats() throws IOException {
        restart(Duration.ofSeconds(1), 4096);
        try (var agent = fixture.greeted(0)) {
            long begin = System.nanoTime();
            assertThat(agent.awaitGoodbye().getMessage()).contains("no sign of life");
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(2500), Duration.ofSeconds(5));
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(fixture.store.events).contains("disconnected"));
    }

    @Test
    void whenAnAgentSendsMoreThanItsBudgetThenItIsDisconnected() throws IOException {
        restart(Duration.ofSeconds(15), 50);
        try (var agent = fixture.greeted(0)) {
            for (int i = 0; i < 200; i++) {
                agent.frame(FINAL | TestAgent.PING, new byte[0]);
            }
            assertThat(agent.awaitGoodbye().getMessage()).contains("than one agent may send");
        }
    }

    @Test
    void whenPingedThenTheGatewayAnswers() throws IOException {
        try (var agent = fixture.greeted(0)) {
            agent.frame(FINAL | TestAgent.PING, new byte[] {1});
            assertThat(agent.receiveOpcode()).isEqualTo(TestAgent.PONG);
        }
    }

    @Test
    void whenAReportIsAppliedThenItIsConfirmedAndHeartbeatsAreAnswered() throws IOException {
        try (var agent = fixture.greeted(0)) {
            agent.report(GatewayFixture.report(1));
            agent.heartbeat();
            agent.report(GatewayFixture.report(2));
            assertThat(agent.receive().getReportReceived().getReportNumber()).isEqualTo(1);
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            assertThat(agent.receive().getReportReceived().getReportNumber()).isEqualTo(2);
        }
        assertThat(fixture.store.events).startsWith("connected test.example.com", "report 1", "heartbeat", "report 2");
    }

    @Test
    void whenTheStoreFailsThenTheReportIsNotConfirmedAndNothingAfterItIsWorkedOn() throws IOException {
        fixture.store.failReports.set(true);
        try (var agent = fixture.greeted(0)) {
            agent.report(GatewayFixture.report(1));
            agent.heartbeat();
            assertThat(agent.readToEnd()).isEmpty();
        }
        assertThat(fixture.store.events).doesNotContain("heartbeat");
    }

    @Test
    void whenAMachineConnectsAgainThenTheOldConnectionIsReplaced() throws IOException {
        try (var old = fixture.greeted(0);
                var fresh = fixture.greeted(0)) {
            assertThat(old.awaitGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_REPLACED);
            assertThat(old.readToEnd()).isEmpty();
            fixture.command(1);
            assertThat(fresh.receive().hasCommand()).isTrue();
            assertThat(fixture.gateway.connectedMachines()).isOne();
            assertThat(fixture.store.events).doesNotContain("disconnected");
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(fixture.store.events).containsOnlyOnce("disconnected"));
    }

    @Test
    void whenTheCertificateIsRevokedThenTheNextHeartbeatEndsTheConnection() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.store.enrolled.clear();
            agent.heartbeat();
            assertThat(agent.awaitGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED);
        }
    }

    @Test
    void whenAMachineIsDismissedThenItsConnectionEndsAtOnce() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.gateway.dismiss(GatewayFixture.MACHINE);
            assertThat(agent.awaitGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED);
        }
    }

    @Test
    void whenTheGatewayShutsDownThenAgentsAreTold() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.gateway.close();
            Goodbye goodbye = agent.awaitGoodbye();
            assertThat(goodbye.getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_SHUTTING_DOWN);
            assertThat(fixture.store.events).endsWith("disconnected");
        }
    }

    @Test
    void whenMessagesPourInThenTheyAreWorkedOnInOrderOneAtATime() throws IOException {
        try (var agent = fixture.greeted(0)) {
            for (int i = 1; i <= 1000; i++) {
                agent.report(GatewayFixture.report(i));
            }
            for (int i = 1; i <= 1000; i++) {
                GatewayMessage answer = agent.receive();
                assertThat(answer.getReportReceived().getReportNumber()).isEqualTo(i);
            }
        }
        assertThat(fixture.store.sawTwoAtOnce).isFalse();
    }

    @Test
    void whenAReportIsAsLargeAsAllowedThenItPasses() throws IOException {
        try (var agent = fixture.greeted(0)) {
            agent.report(GatewayFixture.report(9).toBuilder()
                    .setSignature(ByteString.copyFrom(new byte[1_000_000]))
                    .build());
            assertThat(agent.receive().getReportReceived().getReportNumber()).isEqualTo(9);
        }
    }

    private void restart(Duration heartbeat, long messagesBurst) {
        fixture.close();
        fixture =
                new GatewayFixture(heartbeat, GatewayFixture.limits(Duration.ofSeconds(10), 64, messagesBurst, 65536));
    }

    private static void hello(TestAgent agent, Hello.Builder hello) throws IOException {
        agent.send(AgentMessage.newBuilder().setHello(hello).build());
    }

    private static Arguments misdeed(String why, Misdeed misdeed) {
        return Arguments.of(why, misdeed);
    }
}
