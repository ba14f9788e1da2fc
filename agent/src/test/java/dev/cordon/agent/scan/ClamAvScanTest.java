package dev.cordon.agent.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.Support;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scans with the machine's ClamAV, started for the scan and ended with it. */
@Timeout(180)
final class ClamAvScanTest {

    private static final String BAD = "what is blocked";

    /** Put together here, so that no file of the project is what scanners look for. */
    private static final String EICAR =
            "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*";

    @TempDir
    private Path folder;

    private ScanBed bed;

    @BeforeEach
    void prepare() throws Exception {
        bed = new ScanBed(folder).withClamAv();
    }

    private void knowEicar() throws Exception {
        var pattern = HexFormat.of().formatHex(EICAR.getBytes(StandardCharsets.US_ASCII));
        bed.signatures("own.ndb", "Site.Eicar:0:*:" + pattern);
    }

    private static byte[] zip(String content) throws Exception {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("inside.txt"));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void assertNothingLeft(ScanBed bed) {
        assertThat(bed.state().resolve("scan")).doesNotExist();
    }

    @Test
    void whenTheSiteHasSignaturesThenPatternsRulesHashesAndArchivesAreDetected() throws Exception {
        knowEicar();
        bed.block("SHA-1", BAD);
        bed.block("MD5", "third");
        bed.signatures("own.yar", "rule Site_Word { strings: $a = \"cordon-marks-this\" condition: $a }");
        bed.signatures("own.ldb", "Site.Logic;Target:0;0&1;616263646566;6768696a6b6c");
        bed.signatures("own.hsb", ScanBed.hex("SHA-256", "by hash") + ":7:Site.Hash");
        bed.file("tmp/eicar.com", EICAR);
        bed.file("tmp/eicar.zip", zip(EICAR));
        bed.file("opt/blocked", BAD);
        bed.file("opt/blocked.zip", zip(BAD));
        bed.file("opt/md5", "third");
        bed.file("srv/rule", "so cordon-marks-this is here");
        bed.file("srv/logic", "abcdef and ghijkl");
        bed.file("srv/hash", "by hash");
        bed.file("srv/clean", "nothing of interest");

        var outcome = bed.full();

        var blockedName = "Cordon.BlockedFile." + ScanBed.hex("SHA-1", BAD).substring(0, 16);
        assertThat(bed.detections(outcome))
                .containsOnly(
                        entry("tmp/eicar.com", "Site.Eicar"),
                        entry("tmp/eicar.zip", "Site.Eicar"),
                        entry("opt/blocked", blockedName),
                        entry("opt/blocked.zip", blockedName),
                        entry(
                                "opt/md5",
                                "Cordon.BlockedFile."
                                        + ScanBed.hex("MD5", "third").substring(0, 16)),
                        entry("srv/rule", "YARA.Site_Word"),
                        entry("srv/logic", "Site.Logic"),
                        entry("srv/hash", "Site.Hash"));
        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
        assertThat(outcome.getScan().getEngine()).matches("ClamAV \\d+\\.\\d+.*");
        assertThat(outcome.getScan().getSignatures())
                .isEqualTo("2 blocked files of the organisation, 4 signature files of this machine,"
                        + " no official signatures");
        assertThat(outcome.getScan().getFiles()).isEqualTo(9);
        assertThat(outcome.getScan().getSkipped()).isZero();
        assertThat(outcome.getScan().getDetectionsList())
                .filteredOn(detection -> detection.getPath().endsWith("blocked.zip"))
                .allMatch(detection -> detection.getSha256().length() == 64);
        assertNothingLeft(bed);
    }

    @Test
    void whenAnOfficialDatabaseIsDamagedThenTheOthersCountAndThatIsSaid() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        bed.file("var/lib/clamav/daily.cvd", "ClamAV-VDB:22 Nov 2026 12-00 +0000:1".repeat(30));
        bed.block("SHA-256", BAD);
        bed.file("opt/blocked", BAD);

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnlyKeys("opt/blocked");
        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
        assertThat(outcome.getScan().getEngine()).startsWith("ClamAV");
        assertThat(outcome.getScan().getSignatures()).endsWith("no official signatures");
        assertThat(outcome.getMessage()).contains("daily.cvd");
    }

    @Test
    void whenTheEngineCannotReadTheOfficialDatabaseThenItIsNotSaidToBeUsed() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        bed.file("var/lib/clamav/daily.cvd", "ClamAV-VDB:22 Nov 2026 12-00 +0000:1".repeat(30));
        bed.block("SHA-256", BAD);
        bed.file("opt/blocked", BAD);

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnlyKeys("opt/blocked");
        assertThat(outcome.getScan().getSignatures()).endsWith("no official signatures");
        assertThat(outcome.getMessage()).contains("has not loaded the official signatures");
    }

    @Test
    void whenOnlyRootMayReadAFileThenTheEngineWithoutRightsStillLooksIntoIt() throws Exception {
        knowEicar();
        var secret = bed.file("root/secret/eicar", EICAR);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
        Files.setPosixFilePermissions(secret.getParent(), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(bed.state(), PosixFilePermissions.fromString("rwx------"));
        var task = bed.task();
        var status = new StringBuilder();
        task.whenProgress(() -> {
            try {
                status.append(Files.readString(Path.of("/proc", pid(), "status")));
                status.append(Files.readString(Path.of("/proc", pid(), "stat"))
                        .split("\\) ", -1)[1]
                        .split(" ", -1)[16]);
            } catch (Exception e) {
                status.append(e);
            }
        });

        var result = bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task);

        assertThat(bed.detections(((TaskResult.Ended) result).outcome())).containsOnlyKeys("root/secret/eicar");
        assertThat(status).containsPattern("Uid:\\t[1-9]\\d*\\t[1-9]").contains("CapEff:\t0000000000000000");
        assertThat(status.toString()).as("niceness").endsWith("15");
    }

    private String pid() throws Exception {
        return Files.readString(bed.state().resolve("scan/pid"));
    }

    @Test
    void whenASignatureFileIsBrokenThenTheOthersCount() throws Exception {
        knowEicar();
        bed.signatures("broken.ndb", "no signature at all");
        bed.signatures("broken.yar", "rule {");
        bed.file("tmp/eicar.com", EICAR);

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnly(entry("tmp/eicar.com", "Site.Eicar"));
        assertThat(outcome.getMessage())
                .contains("signature file broken.ndb (Malformed")
                .contains("cannot read 1 rule of broken.yar");
        assertThat(outcome.getScan().getSignatures()).contains("2 signature files of this machine");
    }

    @Test
    void whenTheEngineIsKilledInTheMiddleThenItIsStartedAgainAndNoFileIsMissed() throws Exception {
        knowEicar();
        for (int i = 0; i < 400; i++) {
            bed.file("d/" + i, i % 100 == 7 ? EICAR : "content " + i);
        }
        var handler = bed.handler();
        var task = bed.task();
        task.whenProgress(() -> {
            if (task.percents().size() == 2) {
                try {
                    ProcessHandle.of(Long.parseLong(pid())).orElseThrow().destroyForcibly();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });

        var outcome = ((TaskResult.Ended) handler.run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task)).outcome();

        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
        assertThat(bed.detections(outcome)).containsOnlyKeys("d/7", "d/107", "d/207", "d/307");
        assertThat(outcome.getScan().getFiles()).isEqualTo(400);
        assertThat(outcome.getScan().getSkipped()).isZero();
        assertThat(outcome.getMessage()).contains("was started again");
        assertNothingLeft(bed);
    }

    @Test
    void whenAScanIsCancelledThenTheEngineEndsWithinASecond() throws Exception {
        var content = new byte[100 << 20];
        new java.util.Random(1).nextBytes(content);
        for (int i = 0; i < 4; i++) {
            bed.file("big/" + i, content);
        }
        var task = bed.task();
        var start = new long[1];
        var engine = new ProcessHandle[1];
        task.whenProgress(() -> {
            if (task.percents().size() == 2) {
                try {
                    engine[0] = ProcessHandle.of(Long.parseLong(pid())).orElseThrow();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                start[0] = System.nanoTime();
                task.cancel();
            }
        });

        var result = bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task);

        assertThat(result).isInstanceOf(TaskResult.Cancelled.class);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start[0])).isLessThan(1_000);
        assertThat(engine[0].isAlive()).isFalse();
        assertNothingLeft(bed);
    }

    @Test
    void whenTheAgentStopsInAScanThenTheEngineEndsBeforeIt() throws Exception {
        bed.file("some", "content");
        var task = bed.task();
        var engine = new ProcessHandle[1];
        var lane = Thread.currentThread();
        task.whenProgress(() -> {
            try {
                engine[0] = ProcessHandle.of(Long.parseLong(pid())).orElseThrow();
                lane.interrupt();
                // the scan is stopped here as anywhere
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        assertThatThrownBy(() -> bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task))
                .isInstanceOf(InterruptedException.class);

        assertThat(engine[0].isAlive()).isFalse();
        assertNothingLeft(bed);
    }

    @Test
    void whenAFileIsLargerThanTheEngineTakesThenItIsComparedByHashAndToldAsSkipped() throws Exception {
        var large = bed.root().resolve("large");
        try (var file = new java.io.RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(ClamdEngine.LARGEST_FILE + 1);
        }
        bed.file("small", "x");

        var clean = bed.full();

        assertThat(clean.getScan().getFiles()).isEqualTo(1);
        assertThat(clean.getScan().getSkipped()).isEqualTo(1);
        assertThat(clean.getMessage()).contains("larger than the engine takes");

        var hash = ScanBed.run("sha256sum", large.toString()).substring(0, 64);
        bed.signatures("own.hsb", hash + ":*:Site.Large:73");

        assertThat(bed.detections(bed.full())).containsOnly(entry("large", "Site.Large"));
    }

    @Test
    void whenTheEngineCannotBeStartedThenHashesAreComparedAndThatIsSaid() throws Exception {
        var program = bed.file("../no-clamd", "#!/bin/sh\necho 'ERROR: nothing works here'\nexit 1\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        bed.withEngine(program).block("SHA-256", BAD);
        bed.file("opt/x", BAD);

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnlyKeys("opt/x");
        assertThat(outcome.getScan().getEngine()).isEqualTo("built-in hashes");
        assertThat(outcome.getMessage()).contains("ERROR: nothing works here").contains("agent's own engine");
        assertNothingLeft(bed);
    }

    @Test
    void whenTheAgentDiedInAScanThenTheEngineItLeftIsEndedAtTheNextStart() throws Exception {
        Path scan = Files.createDirectories(bed.state().resolve("scan"));
        var left = new ProcessBuilder("sleep", "300").directory(scan.toFile()).start();
        var other = new ProcessBuilder("sleep", "300").start();
        try {
            Files.writeString(scan.resolve("pid"), Long.toString(other.pid()));
            bed.handler().restore();
            assertThat(other.isAlive())
                    .as("a process with that number that is not in the folder")
                    .isTrue();

            Files.createDirectories(scan);
            left.destroyForcibly().waitFor();
            left = new ProcessBuilder("sleep", "300").directory(scan.toFile()).start();
            Files.writeString(scan.resolve("pid"), Long.toString(left.pid()));
            bed.handler().restore();
            assertThat(left.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertNothingLeft(bed);
        } finally {
            left.destroyForcibly();
            other.destroyForcibly();
        }
    }

    @Test
    void whenClamAvIsInstalledThenTheCapabilityIsEnforcedAndSaysThatOfficialSignaturesLack() throws Exception {
        var capability = bed.handler().capability();

        assertThat(capability.getSupport()).isEqualTo(Support.SUPPORT_ENFORCED);
        assertThat(capability.getLimitsList()).singleElement().asString().contains("freshclam");
    }
}
