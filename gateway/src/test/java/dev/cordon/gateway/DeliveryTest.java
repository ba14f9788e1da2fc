package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.GatewayMessage.BodyCase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commands reach the agent in order, each until it is in the journal, and no faster than the agent takes them. */
final class DeliveryTest {

    private GatewayFixture fixture = new GatewayFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whenCommandsWaitThenTheyComeInOrderBehindTheJournal() throws IOException {
        for (long sequence : new long[] {9, 2, 5, 3}) {
            fixture.command(sequence);
        }
        try (var agent = fixture.greeted(2)) {
            assertThat(List.of(next(agent), next(agent), next(agent))).containsExactly(3L, 5L, 9L);
            assertThat(fixture.store.acknowledged).hasValue(2);
            agent.acknowledge(5);
            await().untilAsserted(() -> assertThat(fixture.store.acknowledged).hasValue(5));
        }
    }

    @Test
    void whenAConnectionBreaksAtRandomThenNothingIsLostAndNothingComesTwice() throws IOException {
        var random = new Random(20_260_311);
        int breaks = 200;
        long last = 0;
        long made = 0;
        var journal = new ArrayList<Long>();
        for (int round = 0; round < breaks; round++) {
            try (var agent = fixture.greeted(last)) {
                int fresh = random.nextInt(20);
                for (int i = 0; i < fresh; i++) {
                    fixture.store.handOver.set(random.nextBoolean());
                    fixture.command(++made);
                }
                int read = random.nextInt((int) (made - last) + 1);
                for (int i = 0; i < read; i++) {
                    last = next(agent);
                    journal.add(last);
                    if (random.nextInt(4) == 0) {
                        agent.acknowledge(last);
                    }
                }
                if (random.nextBoolean()) {
                    agent.drop();
                }
            }
        }
        try (var agent = fixture.greeted(last)) {
            while (last < made) {
                last = next(agent);
                journal.add(last);
            }
        }
        assertThat(journal).isEqualTo(LongStream.rangeClosed(1, made).boxed().toList());
        assertThat(fixture.store.sawTwoAtOnce).isFalse();
    }

    @Test
    void whenAHintIsLostThenTheNextHeartbeatBringsTheCommand() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.store.loseHints.set(true);
            fixture.command(1);
            agent.heartbeat();
            // the look that follows the greeting may still be under way and bring the command first
            assertThat(List.of(agent.receive().getBodyCase(), agent.receive().getBodyCase()))
                    .containsExactlyInAnyOrder(BodyCase.HEARTBEAT_RECEIVED, BodyCase.COMMAND);
        }
    }

    @Test
    void whenACommandIsHandedOverThenItIsSentWithoutALookIntoTheStore() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.command(1);
            assertThat(next(agent)).isEqualTo(1);
            await().untilAsserted(() -> assertThat(fixture.store.handedOut).hasValue(1));
            fixture.store.handOver.set(true);
            fixture.command(2);
            assertThat(next(agent)).isEqualTo(2);
            assertThat(fixture.store.handedOut).hasValue(1);
        }
    }

    @Test
    void whenACommandIsHandedOverBeforeItsTurnThenTheOneBeforeItGoesFirst() throws IOException {
        try (var agent = fixture.greeted(0)) {
            fixture.store.loseHints.set(true);
            fixture.command(1);
            fixture.store.handOver.set(true);
            fixture.command(2);
            assertThat(List.of(next(agent), next(agent))).containsExactly(1L, 2L);
        }
    }

    @Test
    void whenTheWindowIsFullThenMoreComesOnlyAfterAnAcknowledgement() throws IOException {
        restart(10, 256 << 10);
        for (int i = 1; i <= 25; i++) {
            fixture.command(i);
        }
        try (var agent = fixture.greeted(0)) {
            for (int i = 1; i <= 10; i++) {
                assertThat(next(agent)).isEqualTo(i);
            }
            agent.heartbeat();
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            assertThat(fixture.store.handedOut).hasValue(10);
            agent.acknowledge(10);
            for (int i = 11; i <= 20; i++) {
                assertThat(next(agent)).isEqualTo(i);
            }
        }
    }

    @Test
    void whenAnAgentDoesNotReadThenLittleIsTakenForItAndAllComesOnceItReads() throws Exception {
        restart(10_000, 64 << 10);
        var large = ByteString.copyFrom(new byte[200_000]);
        int commands = 300;
        try (var agent = fixture.greeted(0)) {
            for (int i = 1; i <= commands; i++) {
                fixture.store.add(
                        GatewayFixture.MACHINE, i, GatewayFixture.payload(i).concat(large));
            }
            int before;
            do {
                before = fixture.store.handedOut.get();
                Thread.sleep(500);
            } while (before != fixture.store.handedOut.get());
            assertThat(before).isLessThan(commands / 2);
            for (int i = 1; i <= commands; i++) {
                assertThat(next(agent)).isEqualTo(i);
            }
        }
    }

    @Test
    void whenACommandWaitsThenItIsOnTheAgentWithinMilliseconds() throws IOException {
        var micros = new long[500];
        try (var agent = fixture.greeted(0)) {
            for (int i = 0; i < micros.length; i++) {
                long begin = System.nanoTime();
                fixture.command(i + 1);
                assertThat(next(agent)).isEqualTo(i + 1);
                micros[i] = (System.nanoTime() - begin) / 1000;
                agent.acknowledge(i + 1);
            }
        }
        Arrays.sort(micros);
        assertThat(micros[micros.length / 2]).as("median, in microseconds").isLessThan(20_000);
    }

    @Test
    void whenAThousandMachinesAreConnectedThenEachGetsItsCommands() throws Exception {
        restart(64, 256 << 10);
        int machines = 1000;
        var agents = new ArrayList<Future<TestAgent>>();
        var atOnce = new Semaphore(32);
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < machines; i++) {
                int number = i;
                agents.add(pool.submit(() -> {
                    atOnce.acquire();
                    try {
                        var credential = TestPki.issue(fixture.tenantAuthority, "machine " + number);
                        fixture.store.enrolled.put(credential.certificate(), machine(number));
                        var agent = TestAgent.connect(fixture.gateway.port(), fixture.tls(credential));
                        agent.greet(0);
                        return agent;
                    } finally {
                        atOnce.release();
                    }
                }));
            }
        }
        for (var agent : agents) {
            assertThat(agent.get()).isNotNull();
        }
        assertThat(fixture.gateway.connectedMachines()).isEqualTo(machines);
        for (int i = 0; i < machines; i++) {
            fixture.store.add(machine(i), 1, GatewayFixture.payload(i + 1));
        }
        for (int i = 0; i < machines; i++) {
            try (var agent = agents.get(i).get()) {
                assertThat(next(agent)).isEqualTo(i + 1);
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> fixture.gateway.connectedMachines() == 0);
    }

    private static MachineRef machine(int number) {
        return new MachineRef(GatewayFixture.MACHINE.tenantId(), "%040x".formatted(number));
    }

    /** The number in the next command's payload. */
    private static long next(TestAgent agent) throws IOException {
        var message = agent.receive();
        assertThat(message.hasCommand()).isTrue();
        return message.getCommand().getPayload().asReadOnlyByteBuffer().getLong();
    }

    private void restart(int window, int outboundBytes) {
        fixture.close();
        fixture = new GatewayFixture(
                Duration.ofMinutes(10), GatewayFixture.limits(Duration.ofSeconds(10), window, 4096, outboundBytes));
    }
}
