package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.RunningProgram.Ended;
import dev.cordon.fleet.process.ServerProgram.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What goes wrong in real life: told clearly, nothing lost, nothing half-applied. */
class BadDaysTest {

    private static final Duration START = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = TestBed.open(directory, 2);
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @Test
    void whenASecondServerIsStartedOnADataDirectoryThenItIsRefusedAndTheFirstGoesOn() {
        Place used = bed.place();
        Place free = Place.free(used.data(), directory.resolve("second.log"), used.bind(), used.host());

        Ended second = startServer(free);

        assertThat(second.status()).isEqualTo(1);
        assertThat(second.output())
                .contains("cordon server: ")
                .contains(used.data().toString());
        assertThat(bed.application().get("/api/machines").status()).isEqualTo(200);
    }

    @Test
    void whenAPortIsInUseThenTheServerSaysWhichAndEnds() {
        Place used = bed.place();
        Place same = new Place(
                directory.resolve("other"),
                directory.resolve("other.log"),
                used.bind(),
                used.host(),
                used.port(),
                used.gatewayPort());

        Ended other = startServer(same);

        assertThat(other.status()).isEqualTo(1);
        assertThat(other.output()).containsAnyOf(":" + used.port(), ":" + used.gatewayPort());
    }

    private static Ended startServer(Place place) {
        return RunningProgram.run("a server", bed.programs().server(place.arguments()), place.log(), START);
    }

    @Test
    void whenATokenIsForgedThenItIsRefusedAndNothingHappens() {
        String token = bed.application().token();
        int signature = token.lastIndexOf('.') + 1;
        char flipped = token.charAt(signature + 10) == 'A' ? 'B' : 'A';
        String forged = token.substring(0, signature + 10) + flipped + token.substring(signature + 11);

        Exchange answer = bed.client()
                .send(
                        "POST",
                        "/api/machines/" + bed.machineId(2) + "/isolate",
                        "{\"Comment\":\"forged\",\"IsolationType\":\"Full\"}",
                        Map.of("Authorization", "Bearer " + forged, "Content-Type", "application/json"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("error").path("code").asString()).isEqualTo("Unauthorized");
        assertThat(bed.machine(2).isolated()).isFalse();
    }

    @Test
    void whenTheServerIsRestartedWhileAMachineIsOfflineThenItsActionIsCarriedOutWhenItComesBack() {
        bed.machine(2).stopAgent();
        Exchange posted = bed.isolate(bed.application(), 2).orThrow();

        bed.restartServer();
        bed.machine(2).startAgent();

        assertThat(bed.end(posted.json().path("id").asString())).isEqualTo("Succeeded");
        assertThat(bed.machine(2).isolated()).isTrue();
        bed.releaseForSure(2);
    }

    @Test
    void whenAMachineDoesNotComeBackInTimeThenItsActionTimesOutAndIsNeverCarriedOut() {
        Session administrator = bed.administrator();
        JsonNode before = administrator.get("/cordon/v1/settings").orThrow().json();
        administrator
                .send("PUT", "/cordon/v1/settings", "{\"actionLifetimeSeconds\":60}")
                .orThrow();
        bed.machine(1).stopAgent();
        Exchange posted = bed.isolate(bed.application(), 1).orThrow();
        String actionId = posted.json().path("id").asString();
        administrator.send("PUT", "/cordon/v1/settings", before.toString()).orThrow();
        bed.stopServer();
        bed.age(actionId, Duration.ofMinutes(2));
        bed.startServer();
        assertThat(bed.end(actionId)).isEqualTo("TimeOut");

        bed.machine(1).startAgent();
        bed.awaitConnected(1);
        assertThat(bed.machine(1).isolated()).isFalse();
        assertThat(bed.end(actionId)).isEqualTo("TimeOut");
        assertThat(bed.state(bed.machineId(1))
                        .path("aspects")
                        .path(0)
                        .path("desired")
                        .asString("None"))
                .isEqualTo("None");
    }
}
