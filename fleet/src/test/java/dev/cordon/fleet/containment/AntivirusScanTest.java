package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.lab.LabNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An antivirus scan, from the API to a real agent and back. The machine's files are a folder of the lab's. */
class AntivirusScanTest {

    private static final byte[] UNWANTED = "unwanted, says the organisation".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        assumeThat(LabNetwork.missing()).isEmpty();
        bed = TestBed.open(directory, 1);
    }

    @AfterAll
    static void close() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void whenABlockedFileLiesInAnArchiveThenAScanByTheApiFindsIt() throws Exception {
        var machine = (LabMachine) bed.machine(1);
        put(machine, "opt/unwanted", UNWANTED);
        put(machine, "srv/archive.zip", zip(UNWANTED));
        put(machine, "etc/wanted", "wanted".getBytes(StandardCharsets.UTF_8));
        var playbook = application("Machine.Scan", "Machine.Read.All", "Ti.ReadWrite.All");
        var sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(UNWANTED));
        playbook.post("/api/files/" + sha1 + "/block", "{\"Comment\":\"test\"}").orThrow();

        var scan = playbook.post(
                        "/api/machines/" + machine.name() + "/runAntiVirusScan",
                        "{\"Comment\":\"test\",\"ScanType\":\"Full\"}")
                .orThrow()
                .json()
                .path("id")
                .asString();

        assertThat(bed.end(scan)).isEqualTo("Succeeded");
        var details =
                playbook.get("/cordon/v1/machineactions/" + scan).orThrow().json();
        var summary = details.path("outcome").path("scan");
        assertThat(summary.path("engine").asString()).startsWith("ClamAV ");
        assertThat(summary.path("files").asInt()).isEqualTo(3);
        assertThat(summary.path("detected").asInt()).isEqualTo(2);
        assertThat(summary.path("detections")
                        .valueStream()
                        .map(detection -> detection.path("path").asString()))
                .containsExactlyInAnyOrder(
                        machine.files().toRealPath().resolve("opt/unwanted").toString(),
                        machine.files().toRealPath().resolve("srv/archive.zip").toString());
        assertThat(summary.path("detections")
                        .valueStream()
                        .map(detection -> detection.path("signature").asString()))
                .containsOnly("Cordon.BlockedFile." + sha1.substring(0, 16));
    }

    private static void put(LabMachine machine, String name, byte[] content) throws IOException {
        Path file = machine.files().resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    private static byte[] zip(byte[] content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("inside"));
            zip.write(content);
        }
        return bytes.toByteArray();
    }

    private static Session application(String... permissions) {
        JsonNode made = bed.administrator()
                .post(
                        "/cordon/v1/applications",
                        "{\"displayName\":\"Scanner\",\"permissions\":[\"" + String.join("\",\"", permissions) + "\"]}")
                .orThrow()
                .json();
        String id = made.path("id").asString();
        String secret = bed.administrator()
                .post("/cordon/v1/applications/" + id + "/secrets", "{\"lifetimeDays\":1}")
                .orThrow()
                .json()
                .path("secret")
                .asString();
        return new Session(
                bed.client(),
                new ClientCredentials(bed.tenancy().application().tenantId(), id, secret),
                InstantSource.system());
    }
}
