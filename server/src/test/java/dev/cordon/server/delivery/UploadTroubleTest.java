package dev.cordon.server.delivery;

import static dev.cordon.server.delivery.UploadTalk.chunk;
import static dev.cordon.server.delivery.UploadTalk.greet;
import static dev.cordon.server.delivery.UploadTalk.offer;
import static dev.cordon.server.delivery.UploadTalk.ordered;
import static dev.cordon.server.delivery.UploadTalk.random;
import static dev.cordon.server.delivery.UploadTalk.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.store.Engine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The server's disk on bad days: full, torn, changed, emptied. Nothing counts that is not there whole. */
final class UploadTroubleTest {

    private static final int CHUNK = 64 * 1024;

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root", disabledReason = "mounts a file system")
    void whenTheDiskIsFullThenTheUploadIsHeldAndGoesOnOnceThereIsSpace() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE);
                var disk = new SmallDisk(server.objects, "70m")) {
            var machine = server.enrolled();
            var content = random(24 * CHUNK, 4);
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                var command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
                assertThat(offered(socket, command, content).getReceived()).isZero();
                assertThat(chunk(socket, "u1", content, 0, CHUNK).getReceived()).isEqualTo(CHUNK);

                disk.fill();
                UploadState state = UploadState.getDefaultInstance();
                for (int at = CHUNK; state.getHeld().isEmpty() && at < content.length; at += CHUNK) {
                    state = chunk(socket, "u1", content, at, CHUNK);
                }
                assertThat(state.getHeld()).contains("disk", "No space left");
                assertThat(state.getRefused()).isEmpty();
                var again = offered(socket, command, content);
                assertThat(again.getHeld()).contains("no room for");
                var uri = "/api/machineactions/" + command.getActionId();
                assertThat(server.call("GET", uri, Map.of())
                                .body()
                                .get("status")
                                .stringValue())
                        .isIn("Pending", "InProgress");

                disk.free();
                var back = offered(socket, command, content);
                assertThat(back.getHeld()).isEmpty();
                assertThat(back.getReceived()).isGreaterThanOrEqualTo(CHUNK);
                assertThat(rest(socket, content, back.getReceived()).getComplete())
                        .isTrue();
                succeeded(socket, server, machine, command, 1);
                assertThat(server.call("GET", uri + "/getPackageUri", Map.of()).status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void whenStoredPiecesWereTornOrLostThenTheMachineSendsThemAgain() throws Exception {
        var content = random(9 * CHUNK + 17, 5);
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            Command command;
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
                offered(socket, command, content);
                for (int at = 0; at < 5 * CHUNK; at += CHUNK) {
                    chunk(socket, "u1", content, at, CHUNK);
                }
            }
            var file = only(server.objects);
            cut(file, Files.size(file) - 1_000);
            assertThat(resumedAt(server, machine, command, content)).isEqualTo(4 * CHUNK);
            change(file, 3 * (CHUNK + 28) + 40);
            cut(file, 4 * (CHUNK + 28) + 5);
            assertThat(resumedAt(server, machine, command, content)).isEqualTo(3 * CHUNK);
            Files.delete(file);
            assertThat(resumedAt(server, machine, command, content)).isZero();

            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, command.getSequence());
                offered(socket, command, content);
                for (int at = 0; at < 9 * CHUNK; at += CHUNK) {
                    chunk(socket, "u1", content, at, CHUNK);
                }
                change(file, 2 * (CHUNK + 28) + 40);
                var damaged = chunk(socket, "u1", content, 9 * CHUNK, 17);
                assertThat(damaged.getComplete()).isFalse();
                assertThat(damaged.getRefused()).isEmpty();
                assertThat(damaged.getReceived()).isZero();
                assertThat(rest(socket, content, 0).getComplete()).isTrue();
                succeeded(socket, server, machine, command, 1);
            }
        }
    }

    private static long resumedAt(EnrollmentServer server, TestMachine machine, Command command, byte[] content)
            throws Exception {
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, command.getSequence());
            return offered(socket, command, content).getReceived();
        }
    }

    private static UploadState offered(MachineSocket socket, Command command, byte[] content) throws Exception {
        return offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content);
    }

    private static UploadState rest(MachineSocket socket, byte[] content, long from) throws Exception {
        var state = UploadState.getDefaultInstance();
        for (long at = from; at < content.length; at = state.getReceived()) {
            state = chunk(socket, "u1", content, (int) at, (int) Math.min(CHUNK, content.length - at));
            assertThat(state.getReceived()).isGreaterThan(at);
        }
        return state;
    }

    private static Path only(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().orElseThrow();
        }
    }

    private static void cut(Path file, long size) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static void change(Path file, long at) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
        }
    }

    /** A file system in memory in the place of a folder, for as long as it is open. */
    private static final class SmallDisk implements AutoCloseable {
        private final Path folder;

        SmallDisk(Path folder, String size) throws Exception {
            this.folder = folder;
            run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "cordon-test", folder.toString());
        }

        void fill() throws Exception {
            new ProcessBuilder("dd", "if=/dev/zero", "of=" + folder.resolve("filler"), "bs=64k")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(60, TimeUnit.SECONDS);
        }

        void free() throws IOException {
            Files.delete(folder.resolve("filler"));
        }

        @Override
        public void close() throws Exception {
            run("umount", "-l", folder.toString());
        }

        private static void run(String... words) throws Exception {
            var process = new ProcessBuilder(words).inheritIO().start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }
}
