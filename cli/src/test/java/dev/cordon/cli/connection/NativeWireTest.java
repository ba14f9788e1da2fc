package dev.cordon.cli.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server, called by BoringSSL as soon as the run time has accepted its certificate. */
class NativeWireTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LONG = "/cordon/v1/openapi.yaml";

    @TempDir
    static Path directory;

    private static ServerProgram server;
    private static ServerProgram impostor;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> library = NativeTls.unpack(directory);
        library.ifPresent(file -> System.setProperty(NativeTls.LIBRARY, file.toString()));
        assumeTrue(NativeTls.isHere(), "BoringSSL cannot be loaded on this computer");
        server = start("server");
        impostor = start("impostor");
    }

    private static ServerProgram start(String name) {
        return ServerProgram.start(
                new Programs.SameClassPath(),
                Place.free(directory.resolve(name), directory.resolve(name + ".log"), "127.0.0.1", "localhost"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (impostor != null) {
            impostor.close();
        }
    }

    @Test
    void whenACertificateWasAcceptedBeforeThenTheNextConnectionIsBoringSsls() throws IOException {
        var dial = dial(Instant.now());

        try (Wire first = dial.open();
                Wire second = dial.open()) {
            assertThat(first).isInstanceOf(SocketWire.class);
            assertThat(second).isInstanceOf(NativeWire.class);
        }
    }

    @Test
    void whenADayHasPassedThenTheRunTimeLooksAgain() throws IOException {
        dial(Instant.now()).open().close();

        try (Wire later = dial(Instant.now().plus(Duration.ofHours(25))).open()) {
            assertThat(later).isInstanceOf(SocketWire.class);
        }
        try (Wire earlier = dial(Instant.now().minus(Duration.ofHours(1))).open()) {
            assertThat(earlier).isInstanceOf(SocketWire.class);
        }
    }

    @Test
    void whenLongAnswersComeByBoringSslThenTheyAreWholeAndTheConnectionIsUsedAgain() throws IOException {
        String expected;
        try (var first = Connection.to(url(), Optional.of(authority()), Optional.of(folder))) {
            expected = first.send("GET", LONG, "", Map.of()).orThrow().body();
        }
        assertThat(expected.length()).isGreaterThan(50_000);
        try (var second = Connection.to(url(), Optional.of(authority()), Optional.of(folder))) {
            for (int i = 0; i < 5; i++) {
                assertThat(second.send("GET", LONG, "", Map.of()).body()).isEqualTo(expected);
            }
            String large = "{\"displayName\":\"" + "x".repeat(60_000) + "\"}";
            assertThat(second.send("POST", "/cordon/v1/tenants", large, Map.of())
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void whenAnotherServerStandsThereThenItIsRefusedThoughTheFirstWasAccepted() throws IOException {
        // what was accepted of one server, as if it had been accepted of the other
        var accepted =
                new Accepted(Optional.of(folder), address(impostor), Optional.of(authority()), InstantSource.system());
        try (Wire real = SocketDialled.to(server, authority())) {
            accepted.remember(((SocketWire) real).chain());
        }
        assertThat(accepted.good()).isPresent();

        try (var connection = Connection.to(impostor.place().url(), Optional.of(authority()), Optional.of(folder))) {
            assertThatThrownBy(() -> connection.send("GET", LONG, "", Map.of()))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("is not the one that the CA vouches for");
        }
    }

    @Test
    void whenItIsClosedWhileSomebodyWaitsThenTheWaitEnds() throws Exception {
        var dial = dial(Instant.now());
        dial.open().close();
        Wire wire = dial.open();
        assertThat(wire).isInstanceOf(NativeWire.class);
        wire.patience(PATIENCE);
        var ended = new java.util.concurrent.CompletableFuture<Throwable>();
        Thread.ofVirtual().start(() -> {
            try {
                wire.in().readNBytes(1);
                ended.complete(new AssertionError("something came"));
            } catch (IOException e) {
                ended.complete(e);
            }
        });

        wire.close();

        assertThat(ended.get(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> wire.out().write(1)).isInstanceOf(IOException.class);
    }

    private Dial dial(Instant now) throws IOException {
        String pem = authority();
        var accepted = new Accepted(Optional.of(folder), address(server), Optional.of(pem), InstantSource.fixed(now));
        return new Dial(url(), PATIENCE, Optional.of(accepted), () -> Trust.context(Optional.of(pem)));
    }

    private static URI url() {
        return server.place().url();
    }

    private static String address(ServerProgram of) {
        return of.place().url().getAuthority();
    }

    private static String authority() throws IOException {
        return Files.readString(server.place().caFile());
    }

    /** By the run time's TLS, whatever is remembered. */
    private static final class SocketDialled {
        static Wire to(ServerProgram server, String authority) throws IOException {
            return new Dial(
                            server.place().url(),
                            PATIENCE,
                            Optional.empty(),
                            () -> Trust.context(Optional.of(authority)))
                    .open();
        }
    }
}
