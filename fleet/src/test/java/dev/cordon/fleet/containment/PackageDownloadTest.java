package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobClientBuilder;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobStorageException;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.lab.LabNetwork;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real machine's investigation package, over a killed server and a killed agent, for the clients that people use. */
class PackageDownloadTest {

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Set<String> OPEN = Set.of("Pending", "InProgress");

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        assumeTrue(LabNetwork.missing().isEmpty(), "a machine of the lab is needed");
        bed = TestBed.open(directory, 1);
    }

    @AfterAll
    static void close() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void whenServerAndAgentAreKilledDuringItsUploadThenThePackageIsWholeForCurlAndTheAzureSdk() throws Exception {
        var action = bed.application()
                .post(
                        "/api/machines/" + bed.machine(1).name() + "/collectInvestigationPackage",
                        "{\"Comment\":\"test\"}")
                .orThrow()
                .json()
                .path("id")
                .asString();
        await().atMost(LONG).ignoreExceptions().until(() -> !status(action).equals("Pending"));
        bed.machine(1).killAgent();
        throttle("add", "root", "tbf", "rate", "400kbit", "burst", "16kb", "latency", "2s");
        bed.machine(1).startAgent();
        await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> received() > 0);
        bed.killServer();
        long atTheKill = received();
        bed.machine(1).killAgent();
        bed.startServer();
        throttle("del", "root");
        bed.machine(1).startAgent();
        await().atMost(LONG)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> !OPEN.contains(status(action)));
        assertThat(status(action)).isEqualTo("Succeeded");
        assertThat(received()).as("it went on, in the same object").isGreaterThan(atTheKill);

        var whole = curl(link(action), directory.resolve("whole.zip"));
        try (var zip = new ZipFile(whole.toFile())) {
            assertThat(Collections.list(zip.entries()).size()).isGreaterThan(50);
        }
        var content = Files.readAllBytes(whole);

        var part = directory.resolve("part.zip");
        Files.write(part, Arrays.copyOf(content, content.length / 3), StandardOpenOption.CREATE_NEW);
        curl(link(action), part, "--continue-at", "-");
        assertThat(part).hasBinaryContent(content);

        var blob = blob(link(action));
        assertThat(blob.getProperties().getBlobSize()).isEqualTo(content.length);
        assertThat(blob.downloadContent().toBytes()).isEqualTo(content);
        var range = new ByteArrayOutputStream();
        blob.downloadStreamWithResponse(range, new BlobRange(1_000, 5_000L), null, null, false, LONG, Context.NONE);
        assertThat(range.toByteArray()).isEqualTo(Arrays.copyOfRange(content, 1_000, 6_000));
        var file = directory.resolve("blob.zip");
        blob.downloadToFile(file.toString());
        assertThat(file).hasBinaryContent(content);

        bed.administrator()
                .send("DELETE", "/cordon/v1/machineactions/" + action + "/links", "")
                .orThrow();
        assertThatThrownBy(blob::downloadContent)
                .isInstanceOfSatisfying(
                        BlobStorageException.class,
                        e -> assertThat(e.getStatusCode()).isEqualTo(403));
    }

    /** The machine's side of its cable. */
    private static void throttle(String... how) {
        var command = new ArrayList<>(List.of("tc", "qdisc", how[0], "dev", "eth0"));
        command.addAll(List.of(how).subList(1, how.length));
        ((LabMachine) bed.machine(1))
                .namespace()
                .run(Duration.ofSeconds(30), command.toArray(String[]::new))
                .orThrow();
    }

    /** Bytes of the only object on the server's disk. */
    private static long received() throws IOException {
        try (var objects = Files.list(bed.place().data().resolve("objects"))) {
            var all = objects.toList();
            assertThat(all).hasSizeLessThan(2);
            return all.isEmpty() ? 0 : Files.size(all.getFirst());
        }
    }

    private static String status(String action) {
        return bed.application()
                .get("/api/machineactions/" + action)
                .orThrow()
                .json()
                .path("status")
                .asString();
    }

    private static String link(String action) {
        return bed.application()
                .get("/api/machineactions/" + action + "/getPackageUri")
                .orThrow()
                .json()
                .path("value")
                .asString();
    }

    private static Path curl(String link, Path file, String... more) {
        var command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--fail",
                "--max-time",
                "60",
                "--cacert",
                bed.place().caFile().toString(),
                "--output",
                file.toString()));
        command.addAll(List.of(more));
        command.add(link);
        var ended = RunningProgram.run("curl", command, directory.resolve("curl.out"), LONG);
        assertThat(ended.status()).as(ended.output()).isZero();
        return file;
    }

    private static BlobClient blob(String link) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(bed.place().caFile())) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), new SecureRandom());
        var http = new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(tls)).build();
        return new BlobClientBuilder().endpoint(link).httpClient(http).buildClient();
    }
}
