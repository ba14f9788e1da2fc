package dev.cordon.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.upload.Patience;
import dev.cordon.agent.upload.Uploads;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.UploadOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uploads through the real gateway, over connections that break. */
@Timeout(120)
final class UploadsTest {

    private static final Command ASKED = Command.newBuilder()
            .setMachineId("a".repeat(40))
            .setSequence(7)
            .setActionId("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
            .build();

    private static final Patience SHORT =
            new Patience(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMinutes(5));

    @TempDir
    Path directory;

    private final TestGateway gateway = new TestGateway();
    private final List<Channel> channels = new ArrayList<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    @BeforeEach
    void startGateway() {
        gateway.start();
    }

    @AfterEach
    void close() {
        channels.forEach(Channel::close);
        gateway.close();
    }

    @Test
    void whenAFileIsHandedOverThenItArrivesWholeAndCommandsGetThroughMeanwhile() throws Exception {
        var agent = connect();
        var commanded = new AtomicBoolean();
        gateway.uploads.afterChunk = size -> {
            if (size > 1_000_000 && commanded.compareAndSet(false, true)) {
                gateway.command(1, SignedCommand.getDefaultInstance());
            }
        };
        var content = random(5_000_001);
        var id = agent.send(content, "package.zip").get(60, TimeUnit.SECONDS);
        assertThat(gateway.uploads.content(id)).isEqualTo(content);
        assertThat(gateway.uploads.offers)
                .containsExactly(UploadOffer.newBuilder()
                        .setUploadId(id)
                        .setSequence(7)
                        .setActionId(ASKED.getActionId())
                        .setKind(ObjectKind.OBJECT_KIND_PACKAGE)
                        .setName("package.zip")
                        .setSize(content.length)
                        .setSha256(com.google.protobuf.ByteString.copyFrom(KeptUploads.sha256(content)))
                        .build());
        await().until(() -> agent.conversation.commands.size() == 1);
    }

    @Test
    void whenTheFileIsEmptyThenItIsCompleteAtOnce() throws Exception {
        assertThat(connect().send(new byte[0], "empty").get(60, TimeUnit.SECONDS))
                .isNotEmpty();
    }

    @Test
    void whenTheConnectionIsCutFiftyTimesThenNothingIsMissing() throws Exception {
        var agent = connect();
        var cuts = new AtomicInteger();
        var content = random(30_000_000);
        gateway.uploads.afterChunk = _ -> {
            boolean connectedAgain = gateway.uploads.offers.size() > cuts.get();
            if (connectedAgain && cuts.get() < 50) {
                cuts.incrementAndGet();
                agent.cut();
            }
        };
        var id = agent.send(content, "package.zip").get(100, TimeUnit.SECONDS);
        assertThat(gateway.uploads.content(id)).isEqualTo(content);
        assertThat(cuts).hasValue(50);
        assertThat(gateway.uploads.offers.size()).isGreaterThan(50);
    }

    @Test
    void whenTheAgentIsStartedAgainThenTheUploadGoesOnWhereItWas() throws Exception {
        var content = random(3_000_000);
        var first = connect();
        gateway.uploads.afterChunk = size -> {
            if (size > 1_500_000) {
                first.channel.close();
            }
        };
        var lost = first.send(content, "package.zip");
        await().until(() -> gateway.uploads.bytesCame.get() > 1_500_000);
        lost.cancel(true);
        gateway.uploads.afterChunk = _ -> {};
        long before = gateway.uploads.bytesCame.get();
        var id = connect().send(content, "package.zip").get(60, TimeUnit.SECONDS);
        assertThat(gateway.uploads.content(id)).isEqualTo(content);
        assertThat(gateway.uploads.offers).extracting(UploadOffer::getUploadId).containsOnly(id);
        assertThat(gateway.uploads.bytesCame.get() - before).isLessThan(1_600_000);
    }

    @Test
    void whenTheGatewayIsAwayForAWhileThenTheUploadWaits() throws Exception {
        var agent = connect();
        gateway.close();
        var upload = agent.send(random(100_000), "package.zip");
        gateway.start();
        assertThat(upload.get(60, TimeUnit.SECONDS)).isNotEmpty();
    }

    @Test
    void whenTheServerRefusesThenTheReasonIsTold() {
        gateway.uploads.refusal = "the action is over";
        assertThatThrownBy(() -> connect().send(random(1_000), "sample").get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("the action is over");
    }

    @Test
    void whenTheServersDiskIsFullThenTheFileIsOfferedAgainAndGoesOnWhereItWas() throws Exception {
        var content = random(3_000_000);
        gateway.uploads.afterChunk = size -> {
            if (size > 1_000_000 && gateway.uploads.offers.size() == 1) {
                gateway.uploads.trouble = "no room";
            }
        };
        var upload = connect(SHORT).send(content, "package.zip");
        await().until(() -> gateway.uploads.offers.size() >= 4);
        assertThat(upload).isNotDone();
        gateway.uploads.trouble = "";
        var id = upload.get(60, TimeUnit.SECONDS);
        assertThat(gateway.uploads.content(id)).isEqualTo(content);
        assertThat(gateway.uploads.bytesCame.get()).isLessThan(2L * content.length);
        assertThat(gateway.uploads.ends).isEmpty();
    }

    @Test
    void whenTheServersDiskStaysFullThenTheUploadIsGivenUpWithTheReason() {
        gateway.uploads.trouble = "its disk has no room";
        var patience = new Patience(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(200));
        assertThatThrownBy(() -> connect(patience).send(random(1_000), "sample").get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(TaskException.class)
                .hasMessageContaining("its disk has no room");
        await().until(() -> gateway.uploads.ends.size() == 1);
    }

    @Test
    void whenItIsCancelledWhileTheServersDiskIsFullThenItEnds() {
        gateway.uploads.trouble = "its disk has no room";
        var upload = connect().send(random(1_000), "sample");
        await().until(() -> gateway.uploads.offers.size() == 1);
        cancelled.set(true);
        assertThatThrownBy(() -> upload.get(60, TimeUnit.SECONDS)).cause().hasMessageContaining("cancelled");
    }

    @Test
    void whenItIsCancelledThenTheServerIsToldThatNothingMoreComes() {
        gateway.uploads.afterChunk = _ -> cancelled.set(true);
        var upload = connect().send(random(5_000_000), "sample");
        assertThatThrownBy(() -> upload.get(60, TimeUnit.SECONDS)).cause().isInstanceOf(TaskException.class);
        await().until(() -> gateway.uploads.ends.size() == 1);
        assertThat(gateway.uploads.ends.getFirst().getReason()).contains("cancelled");
    }

    @Test
    void whenTheFileIsCutShortMeanwhileThenTheUploadFails() {
        var file = directory.resolve("sample");
        gateway.uploads.afterChunk = _ -> {
            try (var shorter = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                shorter.truncate(10);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        var upload = connect().send(random(5_000_000), "sample");
        assertThatThrownBy(() -> upload.get(60, TimeUnit.SECONDS)).cause().hasMessageContaining("shorter");
        await().until(() -> gateway.uploads.ends.size() == 1);
    }

    private static byte[] random(int size) {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private ConnectedAgent connect() {
        return connect(Patience.DEFAULT);
    }

    private ConnectedAgent connect(Patience patience) {
        try {
            var channel = new Channel(
                    gateway.identity(),
                    Pins.getDefaultInstance(),
                    Duration.ofMillis(10),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(60),
                    Log.silent());
            channels.add(channel);
            var conversation = new TestConversation();
            var agent = new ConnectedAgent(channel, conversation, new Uploads(channel, Log.silent(), patience));
            conversation.connected = agent.uploads::connected;
            conversation.uploadState = agent.uploads::told;
            conversation.acknowledge = channel::acknowledge;
            channel.start(conversation);
            await().until(() -> channel.connection() != 0);
            return agent;
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private final class ConnectedAgent {
        final Channel channel;
        final TestConversation conversation;
        final Uploads uploads;

        ConnectedAgent(Channel channel, TestConversation conversation, Uploads uploads) {
            this.channel = channel;
            this.conversation = conversation;
            this.uploads = uploads;
        }

        FutureTask<String> send(byte[] content, String name) {
            var upload = new FutureTask<>(() -> {
                var file = directory.resolve(name);
                Files.write(file, content);
                return uploads.send(ASKED, file, ObjectKind.OBJECT_KIND_PACKAGE, name, cancelled::get);
            });
            Thread.ofVirtual().start(upload);
            return upload;
        }

        /** Ends the connection; the next one is made by itself. */
        void cut() {
            var _ = CompletableFuture.runAsync(() -> {
                try {
                    channel.use(gateway.identity());
                } catch (java.security.GeneralSecurityException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }
}
