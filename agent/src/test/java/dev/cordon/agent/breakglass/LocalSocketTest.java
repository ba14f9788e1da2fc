package dev.cordon.agent.breakglass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.command.Enforcement;
import dev.cordon.agent.command.Reports;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.protocol.BreakGlassCode;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Isolate;
import dev.cordon.protocol.wire.IsolationMode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local commands over a real Unix domain socket. */
final class LocalSocketTest {

    @TempDir
    Path directory;

    private final TestIdentity machine = TestIdentity.make();
    private final BreakGlassCode code = BreakGlassCode.make(new SecureRandom());
    private final SimulatedNetworkIsolation network = new SimulatedNetworkIsolation();
    private Path path = Path.of("/nonexistent");
    private AutoCloseable journal = () -> {};
    private AutoCloseable socket = () -> {};

    @BeforeEach
    void open() throws Exception {
        path = directory.resolve("agent.sock");
        var open = Journal.open(directory.resolve("journal"), Log.silent());
        journal = open;
        var isolate = Command.newBuilder()
                .setSequence(1)
                .setIsolate(Isolate.newBuilder()
                        .setMode(IsolationMode.ISOLATION_MODE_FULL)
                        .setBreakGlassHash(ByteString.copyFrom(code.hash())));
        open.write(transaction -> {
            transaction.intend(Intent.newBuilder()
                    .setCommand(isolate.build().toByteString())
                    .setSequence(1)
                    .build());
            return true;
        });
        var reports = new Reports(machine.identity(), Clock.systemUTC());
        var enforcement = new Enforcement(network, open, reports, Set::of, () -> {}, Log.silent());
        enforcement.restore();
        var breakGlass = new BreakGlass(open, reports, enforcement, () -> {}, Log.silent());
        socket = LocalSocket.open(
                path,
                () -> open.read(JournalState::unconfirmedReports) + " waiting",
                () -> "all of them",
                breakGlass,
                Log.silent());
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        journal.close();
    }

    private LocalSocket.Answer ask(String line) throws IOException {
        return LocalSocket.ask(path, line).orElseThrow();
    }

    @Test
    void whenAskedForTheStatusThenItIsToldOnceAndToEverybodyWhoAsks() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(ask("status").good()).isTrue();
            assertThat(ask("status").text()).contains("0 waiting");
        }
    }

    @Test
    void whenTheCodeIsRightThenTheMachineIsReleasedAndTheCodeIsSpent() throws Exception {
        assertThat(network.inForce()).isTrue();
        assertThat(ask("release " + code.shown()).good()).isTrue();
        assertThat(network.inForce()).isFalse();
        var again = ask("release " + code.shown());
        assertThat(again.good()).isFalse();
        assertThat(again.text()).contains("nothing to release");
    }

    @Test
    void whenTheCodeIsWrongThenNothingIsReleasedAndTheTryIsRecordedAndCostsTime() throws Exception {
        long begin = System.nanoTime();
        var answer = ask("release " + BreakGlassCode.make(new SecureRandom()).shown());
        assertThat(answer.good()).isFalse();
        assertThat(answer.text()).contains("the try was recorded");
        assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000L);
        assertThat(network.inForce()).isTrue();
        assertThat(ask("status").text()).contains("1 waiting");
        assertThat(ask("release " + code.shown()).good()).isTrue();
    }

    @Test
    void whenSomethingElseIsAskedThenItSaysWhatItKnowsAndLongLinesAreCutOff() throws Exception {
        assertThat(ask("open sesame").text()).contains("'status', 'capabilities' and 'release CODE'");
        try (var client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            client.write(ByteBuffer.wrap(new byte[4096]));
            assertThat(client.read(ByteBuffer.allocate(10))).isNegative();
        } catch (IOException e) {
            assertThat(e).hasMessageMatching(".*(reset|pipe).*");
        }
        assertThat(ask("status").good()).isTrue();
    }

    @Test
    void whenAnAgentWasKilledThenItsSocketIsReplacedAndWithoutOneNobodyAnswers() throws Exception {
        socket.close();
        assertThat(LocalSocket.ask(path, "status")).isEmpty();
        try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        assertThat(LocalSocket.ask(path, "status")).isEmpty();
        journal.close();
        open();
        assertThat(ask("status").good()).isTrue();
    }

    @Test
    void whenSomebodyElseThanTheOwnerAsksThenTheSystemRefuses() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assumeThat(Files.getOwner(path).getName()).isEqualTo("root");
        assumeThat(Path.of("/usr/bin/setpriv")).exists();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(asNobody("test", "-e", path.toString())).isZero();
        assertThat(asNobody("test", "-w", path.toString())).isEqualTo(1);
    }

    private static int asNobody(String... command) throws Exception {
        var line = new java.util.ArrayList<>(
                java.util.List.of("/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        line.addAll(java.util.List.of(command));
        var process = new ProcessBuilder(line).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
