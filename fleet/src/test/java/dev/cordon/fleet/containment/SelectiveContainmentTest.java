package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.traffic.Traffic;
import dev.cordon.lab.LabNetwork;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the tenant's settings to the wire: of a selective isolation just that passes which the settings let through. */
class SelectiveContainmentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(1);

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        assumeThat(LabNetwork.missing()).isEmpty();
        bed = TestBed.open(directory, 2);
    }

    @AfterAll
    static void close() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void whenTheSettingsLetOneAddressInThenOnlyItsTrafficGoesOn() {
        var machine = (LabMachine) bed.machine(1);
        var bystander = (LabMachine) bed.machine(2);
        var friend = bystander.namespace().ipv4().getHostAddress();
        bed.administrator()
                .send("PUT", "/cordon/v1/settings", """
                        {"isolation":{"exclusions":[{"name":"friend","destinations":["%s"],"direction":"Inbound"}]}}
                        """.formatted(friend))
                .orThrow();
        try (var traffic = Traffic.start(bystander.namespace(), machine.namespace())) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(traffic.silentFor(LONG)).isEmpty());

            isolate("Selective");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(traffic.silentFor(LONG)).containsExactlyInAnyOrder("tcp6", "udp6"));
            assertThat(observed()).isEqualTo("Selective");

            isolate("Full");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(traffic.silentFor(LONG)).hasSize(4));
            assertThat(observed()).isEqualTo("Full");

            bed.releaseForSure(1);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(traffic.silentFor(LONG)).isEmpty());
        }
    }

    private static void isolate(String type) {
        var posted = bed.application()
                .post(
                        "/api/machines/" + bed.machine(1).name() + "/isolate",
                        "{\"Comment\":\"test\",\"IsolationType\":\"" + type + "\"}")
                .orThrow();
        assertThat(bed.end(posted.json().path("id").asString())).isEqualTo("Succeeded");
    }

    private static String observed() {
        return bed.state(bed.machineId(1))
                .path("aspects")
                .path(0)
                .path("observed")
                .asString("");
    }
}
