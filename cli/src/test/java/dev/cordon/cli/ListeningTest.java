package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.cli.connection.Connection;
import dev.cordon.cli.connection.Profile;
import dev.cordon.cli.connection.RefusedException;
import dev.cordon.cli.connection.Session;
import dev.cordon.cli.connection.Tokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream of events of a real server, as commands hear it. */
class ListeningTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MACHINE = "listened.example.test";

    @TempDir
    static Path directory;

    private static Bed bed;
    private static Connection connection;
    private static Session session;

    @BeforeAll
    static void start() {
        bed = Bed.open(directory, MACHINE);
        Profile profile = Profile.read(bed.config().resolve("profiles/responder.json"));
        connection = Connection.to(profile.url(), profile.authority(), Optional.of(bed.config()));
        session = new Session(
                connection, profile, new Tokens(Optional.of(bed.config()), profile), InstantSource.system());
    }

    @AfterAll
    static void stop() {
        if (bed != null) {
            connection.close();
            bed.close();
        }
    }

    @Test
    void whenSomethingHappensThenItIsHeardAndNothingIsMissedWhereTheConnectionBreaks() {
        try (var listening = new Listening(session, "kinds=action")) {
            assertThat(next(listening).kind()).isEqualTo("ready");
            assertThat(listening.live()).isTrue();
            String first = isolate();
            assertThat(action(heard(listening, "action.accepted"))).isEqualTo(first);
            assertThat(action(heard(listening, "action.succeeded"))).isEqualTo(first);

            listening.interrupt();
            String second = release();

            assertThat(action(heard(listening, "action.accepted"))).isEqualTo(second);
            assertThat(heard(listening, "action.succeeded")
                            .event()
                            .at("/action/status")
                            .asString())
                    .isEqualTo("Succeeded");
        }
    }

    @Test
    void whenItIsClosedThenItHearsNothingMore() {
        var listening = new Listening(session, "kinds=action");
        assertThat(next(listening).kind()).isEqualTo("ready");

        listening.close();

        await().atMost(PATIENCE).until(() -> !listening.live());
    }

    @Test
    void whenAnActionIsCancelledThenWatchingItEnds() throws Exception {
        bed.disconnect(1);
        String id = field(
                bed.run(Map.of(), "", "scan", MACHINE, "-c", "wait", "-o", "json")
                        .out(),
                "id");
        var watched = CompletableFuture.supplyAsync(
                () -> bed.run(Map.of(), "", "actions", "watch", id, "--time-out", "2m", "-o", "json"));

        bed.run(Map.of(), "", "actions", "cancel", id, "-c", "enough");

        var ran = watched.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(ran.status()).as(ran.err()).isEqualTo(ExitCode.ACTION_FAILED);
        assertThat(ran.out()).contains("Cancelled");
        bed.machine(1).startAgent();
    }

    @Test
    void whenTheServerLetsNobodyListenThenItIsSilent() {
        var nobody = new Session(
                connection,
                new Profile(connection.base(), "nowhere", "nobody", Optional.of("wrong"), Optional.empty()),
                new Tokens(Optional.empty(), Profile.read(bed.config().resolve("profiles/responder.json"))),
                InstantSource.system());
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> nobody.stream("/cordon/v1/events", Map.of(), PATIENCE)))
                .isInstanceOf(RefusedException.class);
        try (var listening = new Listening(nobody, "kinds=action")) {
            assertThat(listening.next(Duration.ofMillis(500))).isEmpty();
            assertThat(listening.live()).isFalse();
        }
    }

    private static String isolate() {
        return field(
                bed.run(Map.of(), "", "isolate", MACHINE, "-c", "x", "--wait", "-o", "json")
                        .out(),
                "id");
    }

    private static String release() {
        return field(
                bed.run(Map.of(), "", "release", MACHINE, "-c", "x", "--wait", "-o", "json")
                        .out(),
                "id");
    }

    private static String action(Listening.Heard heard) {
        return heard.event().path("actionId").asString();
    }

    private static Listening.Heard heard(Listening listening, String kind) {
        Listening.Heard heard = next(listening);
        while (!heard.kind().equals(kind)) {
            heard = next(listening);
        }
        return heard;
    }

    private static Listening.Heard next(Listening listening) {
        return listening.next(PATIENCE).orElseThrow(() -> new AssertionError("nothing was heard"));
    }

    private static String field(String json, String name) {
        return dev.cordon.cli.connection.Json.read(json)
                .path("value")
                .path(0)
                .path(name)
                .asString();
    }
}
