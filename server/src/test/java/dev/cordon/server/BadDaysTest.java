package dev.cordon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator reads when the server, a process of its own, cannot start: one line that says what to do. */
final class BadDaysTest {

    @TempDir
    private static Path prepared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() {
        CordonServer.start(ServerSettings.onLoopback(prepared.resolve("data"))).close();
    }

    @Test
    void whenAnotherServerUsesTheDirectoryThenItIsNamedAndGoesOn() throws Exception {
        var data = copy();
        try (var first = ServerProcess.on(data)) {
            first.ready();
            try (var second = ServerProcess.on(data)) {
                second.ending().assertRefused(1, "Another server (process ", data.toString(), "End it first");
            }
            try (var operator = OperatorClient.of(data)) {
                assertThat(operator.token()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"--port, --gateway-port", "--gateway-port, --port"})
    void whenAPortIsInUseThenItIsNamed(String option, String other) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            var port = Integer.toString(taken.getLocalPort());
            var data = folder.resolve("data").toString();
            try (var server = ServerProcess.with("--data", data, "--bind", "127.0.0.1", option, port, other, "0")) {
                server.ending().assertRefused(1, port, "127.0.0.1", option + ".");
            }
        }
    }

    @Test
    void whenTheDirectoryIsAFileThenAnotherOneIsAskedFor() throws Exception {
        var file = Files.writeString(folder.resolve("file"), "mine");
        try (var server = ServerProcess.on(file)) {
            server.ending().assertRefused(1, file.toString(), "--data");
        }
        assertThat(file).hasContent("mine");
    }

    @Test
    void whenTheDirectoryHoldsSomethingElseThenItIsLeftAlone() throws Exception {
        var data = Files.createDirectory(folder.resolve("photos"));
        Files.writeString(data.resolve("one.jpg"), "mine");
        try (var server = ServerProcess.on(data)) {
            server.ending().assertRefused(1, data.toString(), "--data");
        }
        try (var left = Files.list(data)) {
            assertThat(left).containsExactly(data.resolve("one.jpg"));
        }
    }

    @Test
    void whenTheDiskIsReadOnlyThenTheDirectoryIsNamed() throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        try (var server = ServerProcess.onPrivateDisk("ro", disk, prepared.resolve("data"))) {
            server.ending().assertRefused(1, disk.toString(), "Make it a directory that this user can write");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"size=4k", "size=16k", "size=200k"})
    void whenTheDiskIsFullAtTheFirstStartThenThatIsSaid(String size) throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        var empty = Files.createDirectory(folder.resolve("empty"));
        try (var server = ServerProcess.onPrivateDisk(size, disk, empty)) {
            var ending = server.ending();
            ending.assertRefused(1, disk.toString());
            assertThat(ending.errors()).containsPattern("(?m)^cordon server: .*Free space");
        }
    }

    @Test
    void whenAnOptionIsUnknownThenTheStatusIsTwo() throws Exception {
        try (var server = ServerProcess.with("--data", folder.toString(), "--prot", "8443")) {
            server.ending().assertRefused(2, "--prot", "--help");
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** What may happen to a data directory, and what the operator must be told. */
    enum Damage {
        NO_MASTER_KEY("master.key", "is missing", "Restore it from the backup") {
            @Override
            void strike(Path data) throws IOException {
                Files.delete(data.resolve("master.key"));
            }
        },
        SHORT_MASTER_KEY("master.key", "is damaged", "Restore it from a backup") {
            @Override
            void strike(Path data) throws IOException {
                Files.write(data.resolve("master.key"), new byte[31]);
            }
        },
        FOREIGN_MASTER_KEY("master.key", "does not open", "Restore the master.key that belongs to this database") {
            @Override
            void strike(Path data) throws IOException {
                Files.write(data.resolve("master.key"), new byte[32]);
            }
        },
        SCRIBBLED_DATABASE("cordon.db", "is damaged", "restore the data directory from a backup") {
            @Override
            void strike(Path data) throws IOException {
                Files.writeString(data.resolve("cordon.db"), "no database".repeat(1000));
            }
        },
        SCRIBBLED_TABLES("cordon.db", "is damaged", "restore the data directory from a backup") {
            @Override
            void strike(Path data) throws IOException {
                try (var file = FileChannel.open(data.resolve("cordon.db"), StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap("x".repeat(64 * 1024).getBytes(UTF_8)), 4096);
                }
            }
        },
        EMPTY_DATABASE("cordon.db", "is missing or empty", "Restore") {
            @Override
            void strike(Path data) throws IOException {
                Files.write(data.resolve("cordon.db"), new byte[0]);
            }
        },
        NO_DATABASE("cordon.db", "is missing or empty", "Restore") {
            @Override
            void strike(Path data) throws IOException {
                Files.delete(data.resolve("cordon.db"));
            }
        },
        NO_AUTHORITY_KEY("tls/ca.key", "is missing", "Restore it from a backup") {
            @Override
            void strike(Path data) throws IOException {
                Files.delete(data.resolve("tls/ca.key"));
            }
        },
        SCRIBBLED_AUTHORITY("tls/ca.pem", "certificate", "Restore") {
            @Override
            void strike(Path data) throws IOException {
                Files.writeString(data.resolve("tls/ca.pem"), "no certificate");
            }
        },
        SCRIBBLED_SERVER_KEY("tls/server.key", "holds no private key", "Replace it") {
            @Override
            void strike(Path data) throws IOException {
                Files.writeString(data.resolve("tls/server.key"), "no key");
            }
        };

        private final String file;
        private final String told;
        private final String advice;

        Damage(String file, String told, String advice) {
            this.file = file;
            this.told = told;
            this.advice = advice;
        }

        abstract void strike(Path data) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void whenTheDirectoryIsDamagedThenTheFileIsNamedAndNothingIsMadeAnew(Damage damage) throws Exception {
        var data = copy();
        damage.strike(data);
        var operator = Files.readString(data.resolve("operator.json"));
        try (var server = ServerProcess.on(data)) {
            server.ending().assertRefused(1, data.resolve(damage.file).toString(), damage.told, damage.advice);
        }
        assertThat(data.resolve("operator.json")).hasContent(operator);
    }

    @ParameterizedTest
    @CsvSource({"''", "'{\"url\":'", "'{\"url\":\"https://localhost\",\"clientId\":\"nobody\"}'", "'[]'"})
    void whenTheOperatorsFileIsDamagedThenItIsMadeAnew(String content) throws Exception {
        var data = copy();
        Files.writeString(data.resolve("operator.json"), content);
        try (var server = CordonServer.start(ServerSettings.onLoopback(data));
                var operator = OperatorClient.of(data)) {
            assertThat(operator.token()).as(server.url().toString()).isNotEmpty();
        }
    }

    /** Copies the prepared directory, for this test alone. */
    private Path copy() throws IOException {
        var from = prepared.resolve("data");
        var to = folder.resolve("data");
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return to;
    }
}
