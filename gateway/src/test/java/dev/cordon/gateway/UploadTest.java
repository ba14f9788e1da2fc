package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What machines hand over arrives whole, no faster than it is stored, and only so much of it at a time. */
final class UploadTest {

    private static final int CHUNK = 128 * 1024;

    private GatewayFixture fixture = new GatewayFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whenAnObjectIsUploadedThenEveryByteArrivesAndTheEndIsTold() throws IOException {
        var content = new byte[5 * CHUNK + 17];
        new Random(1).nextBytes(content);
        try (var agent = fixture.greeted(0)) {
            offer(agent, "u1", content.length);
            assertThat(state(agent).getReceived()).isZero();
            for (int offset = 0; offset < content.length; offset += CHUNK) {
                chunk(agent, "u1", offset, content, Math.min(CHUNK, content.length - offset));
            }
            while (!state(agent).getComplete()) {
                // answers to parts of it
            }
        }
        assertThat(fixture.uploads.content("u1")).isEqualTo(content);
    }

    @Test
    void whenAnAgentSendsMoreBytesThanItsBudgetThenItIsSlowedDownButStays() throws IOException {
        restart(new GatewayLimits(1 << 20, 64, Duration.ofSeconds(10), 4 << 20, 1 << 20, 1024, 8192, 256 << 10, 32));
        var content = new byte[40 * CHUNK];
        try (var agent = fixture.greeted(0)) {
            long begin = System.nanoTime();
            offer(agent, "u1", content.length);
            for (int offset = 0; offset < content.length; offset += CHUNK) {
                chunk(agent, "u1", offset, content, CHUNK);
            }
            while (!state(agent).getComplete()) {
                // answers to parts of it
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(700));
        }
    }

    @Test
    void whenTheDiskIsSlowThenTheAgentHasToWaitAndHeartbeatsComeThroughAfterwards() throws Exception {
        fixture.uploads.chunksAllowed.drainPermits();
        int chunks = 400;
        var content = new byte[CHUNK];
        try (var agent = fixture.greeted(0);
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            offer(agent, "u1", (long) chunks * CHUNK);
            assertThat(state(agent).getReceived()).isZero();
            var sent = pool.submit(() -> {
                for (int i = 0; i < chunks; i++) {
                    agent.send(AgentMessage.newBuilder()
                            .setUploadChunk(UploadChunk.newBuilder()
                                    .setUploadId("u1")
                                    .setOffset((long) i * CHUNK)
                                    .setData(ByteString.copyFrom(content)))
                            .build());
                }
                agent.heartbeat();
                return null;
            });
            await().during(Duration.ofMillis(500)).until(() -> !sent.isDone());
            fixture.uploads.chunksAllowed.release(chunks);
            while (!state(agent).getComplete()) {
                // answers to parts of it
            }
            assertThat(agent.receive().hasHeartbeatReceived()).isTrue();
            sent.get();
        }
    }

    @Test
    void whenTooManyUploadsRunThenTheNextIsAnsweredOnceOneHasEnded() throws IOException {
        restart(new GatewayLimits(1 << 20, 64, Duration.ofSeconds(10), 24 << 20, 64 << 20, 1024, 8192, 256 << 10, 1));
        try (var agent = fixture.greeted(0);
                var other = fixture.another("b".repeat(40));
                var third = fixture.another("c".repeat(40))) {
            offer(agent, "u1", 1);
            assertThat(state(agent).getReceived()).isZero();
            offer(other, "u2", 1);
            offer(other, "u2", 1);
            other.heartbeat();
            assertThat(other.receive().hasHeartbeatReceived()).isTrue();
            offer(third, "u3", 1);
            assertThat(fixture.uploads.events).containsExactly("offered u1");
            chunk(agent, "u1", 0, new byte[1], 1);
            assertThat(state(agent).getComplete()).isTrue();
            assertThat(state(other).getUploadId()).isEqualTo("u2");
            other.send(AgentMessage.newBuilder()
                    .setUploadEnd(UploadEnd.newBuilder().setUploadId("u2").setReason("cancelled"))
                    .build());
            assertThat(state(third).getUploadId()).isEqualTo("u3");
            assertThat(fixture.uploads.events).containsExactly("offered u1", "offered u2", "ended u2", "offered u3");
        }
    }

    @Test
    void whenAMachineWithAnUploadGoesAwayThenTheNextGetsItsPlace() throws IOException {
        restart(new GatewayLimits(1 << 20, 64, Duration.ofSeconds(10), 24 << 20, 64 << 20, 1024, 8192, 256 << 10, 1));
        try (var other = fixture.another("b".repeat(40))) {
            try (var agent = fixture.greeted(0)) {
                offer(agent, "u1", 1);
                assertThat(state(agent).getReceived()).isZero();
                offer(other, "u2", 1);
                other.heartbeat();
                assertThat(other.receive().hasHeartbeatReceived()).isTrue();
                agent.drop();
            }
            assertThat(state(other).getUploadId()).isEqualTo("u2");
        }
    }

    private static void offer(TestAgent agent, String id, long size) throws IOException {
        agent.send(AgentMessage.newBuilder()
                .setUploadOffer(UploadOffer.newBuilder().setUploadId(id).setSize(size))
                .build());
    }

    private static void chunk(TestAgent agent, String id, int offset, byte[] content, int length) throws IOException {
        agent.send(AgentMessage.newBuilder()
                .setUploadChunk(UploadChunk.newBuilder()
                        .setUploadId(id)
                        .setOffset(offset)
                        .setData(ByteString.copyFrom(content, offset, length)))
                .build());
    }

    private static UploadState state(TestAgent agent) throws IOException {
        var message = agent.receive();
        assertThat(message.hasUploadState()).as(message.getBodyCase().name()).isTrue();
        return message.getUploadState();
    }

    private void restart(GatewayLimits limits) {
        fixture.close();
        fixture = new GatewayFixture(Duration.ofMinutes(10), limits);
    }
}
