package dev.cordon.agent.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.cordon.agent.linux.scan.LinuxScanSystem;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scans where ClamAV is not installed. */
@Timeout(120)
final class BuiltInScanTest {

    private static final String BAD = "what is blocked";

    @TempDir
    private Path folder;

    private ScanBed bed;

    @BeforeEach
    void prepare() throws Exception {
        bed = new ScanBed(folder);
    }

    @Test
    void whenAFileIsBlockedByAnyHashThenEveryCopyIsDetected() throws Exception {
        bed.block("SHA-256", BAD);
        bed.block("SHA-1", "second");
        bed.block("MD5", "third");
        bed.file("opt/a", BAD);
        bed.file("home/u/deep/er/b", BAD);
        bed.file("srv/c", "second");
        bed.file("tmp/d", "third");
        bed.file("etc/clean", "nothing");

        var outcome = bed.full();

        var name = "Cordon.BlockedFile." + ScanBed.hex("SHA-256", BAD).substring(0, 16);
        assertThat(bed.detections(outcome))
                .containsOnly(
                        entry("opt/a", name),
                        entry("home/u/deep/er/b", name),
                        entry(
                                "srv/c",
                                "Cordon.BlockedFile."
                                        + ScanBed.hex("SHA-1", "second").substring(0, 16)),
                        entry(
                                "tmp/d",
                                "Cordon.BlockedFile."
                                        + ScanBed.hex("MD5", "third").substring(0, 16)));
        assertThat(outcome.getScan().getDetectionsList())
                .filteredOn(detection -> detection.getPath().endsWith("opt/a"))
                .allMatch(detection -> detection.getSha256().equals(ScanBed.hex("SHA-256", BAD)));
        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
        assertThat(outcome.getScan().getFiles()).isEqualTo(5);
        assertThat(outcome.getScan().getBytes()).isEqualTo(2L * BAD.length() + 6 + 5 + 7);
        assertThat(outcome.getScan().getDetected()).isEqualTo(4);
        assertThat(outcome.getScan().getSkipped()).isZero();
        assertThat(outcome.getScan().getEngine()).isEqualTo("built-in hashes");
        assertThat(outcome.getScan().getSignatures()).startsWith("3 blocked files of the organisation, 0 hashes");
        assertThat(outcome.getMessage()).contains("4 detections").contains("ClamAV is not installed");
        assertThat(outcome.getChecks(0).getPassed()).isTrue();
    }

    @Test
    void whenTheSiteHasSignatureFilesThenTheirHashesAndSizesCount() throws Exception {
        bed.signatures("own.hsb", ScanBed.hex("SHA-256", BAD) + ":" + BAD.length() + ":Site.Bad", "no signature");
        bed.signatures("own.hdb", ScanBed.hex("MD5", "other") + ":99:Site.WrongSize");
        bed.file("opt/a", BAD);
        bed.file("opt/b", "other");

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnly(entry("opt/a", "Site.Bad"));
        assertThat(outcome.getMessage()).contains("1 line of this machine's .hdb and .hsb files");
    }

    @Test
    void whenThereAreThingsThatAreNoFilesThenTheScanPassesThemBy() throws Exception {
        bed.block("SHA-256", BAD);
        ScanBed.run("mkfifo", bed.root().resolve("fifo").toString());
        bed.file("real/x", BAD);
        Files.createSymbolicLink(bed.root().resolve("link"), bed.root().resolve("real"));
        Files.createSymbolicLink(bed.root().resolve("loop"), bed.root());
        Files.createLink(bed.root().resolve("hard"), bed.root().resolve("real/x"));

        var outcome = bed.full();

        assertThat(outcome.getScan().getDetected())
                .as("hard links once, links never")
                .isEqualTo(1);
        assertThat(outcome.getScan().getFiles()).isEqualTo(1);
        assertThat(outcome.getScan().getSkipped()).isZero();
    }

    @Test
    void whenANameIsHostileThenItIsReportedAsTheMachineSpellsIt() throws Exception {
        bed.block("SHA-256", BAD);
        bed.file("a\nb\u001b[31m", BAD);
        ScanBed.run("sh", "-c", "printf %s '" + BAD + "' > \"$(printf '" + bed.root() + "/x\\377y')\"");

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnlyKeys("a\nb\u001b[31m", "x\\xffy");
        assertThat(outcome.getScan().getDetectionsList())
                .allMatch(detection -> detection.getSha256().equals(ScanBed.hex("SHA-256", BAD)));
    }

    @Test
    void whenTheAgentsOwnStateHoldsBlockedFilesThenTheyAreLetBe() throws Exception {
        bed.block("SHA-256", BAD);
        bed.file("var/lib/cordon/vault/x", BAD);

        assertThat(bed.full().getScan().getDetected()).isZero();
    }

    @Test
    void whenThereAreMoreDetectionsThanAReportHoldsThenAllAreCounted() throws Exception {
        bed.block("SHA-256", BAD);
        for (int i = 0; i < 1_010; i++) {
            bed.file("many/" + i, BAD);
        }

        var outcome = bed.full();

        assertThat(outcome.getScan().getDetected()).isEqualTo(1_010);
        assertThat(outcome.getScan().getDetectionsCount()).isBetween(500, 1_000);
        assertThat(outcome.getSerializedSize()).isLessThan(200 * 1024);
        assertThat(outcome.getMessage())
                .contains("The first " + outcome.getScan().getDetectionsCount());
    }

    @Test
    void whenAScanIsCancelledThenItEndsWithinASecond() throws Exception {
        bed.block("SHA-256", BAD);
        try (var big = new java.io.RandomAccessFile(bed.root().resolve("sparse").toFile(), "rw")) {
            big.setLength(200L << 30);
        }
        var task = bed.task();
        var start = new long[1];
        task.whenProgress(() -> {
            if (task.percents().size() == 2) {
                start[0] = System.nanoTime();
                task.cancel();
            }
        });

        var result = bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task);

        assertThat(result).isInstanceOf(TaskResult.Cancelled.class);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start[0])).isLessThan(1_000);
    }

    @Test
    void whenTheAgentDiesAtAnyStepThenTheNextStartScansAllOfItAndLeavesNothing() throws Exception {
        bed.block("SHA-256", BAD);
        bed.file("opt/a", BAD);
        bed.file("srv/b", BAD);
        bed.file("etc/clean", "nothing");
        var whole = bed.detections(bed.full());
        int deaths = 0;
        for (boolean died = true; died; ) {
            var death = new DyingSystem(deaths);
            var task = bed.task();
            task.whenProgress(death::step);
            try {
                bed.handler(death).run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task);
            } catch (TaskException e) {
                assertThat(death.happened).as("%s", e).isTrue();
            }
            died = death.happened;
            if (died) {
                deaths++;
                // what a process leaves that could remove nothing
                Files.writeString(task.folder().resolve("engine-test"), "left");
                Files.createDirectories(bed.state().resolve("scan/db"));
                bed.handler().restore();
                assertThat(bed.state().resolve("scan")).doesNotExist();
                var outcome = bed.full();
                assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
                assertThat(bed.detections(outcome))
                        .as("death at step %d", deaths - 1)
                        .isEqualTo(whole);
                assertThat(task.folder()).isEmptyDirectory();
            }
        }
        assertThat(deaths).isGreaterThan(5);
    }

    /** Ends the agent at its n-th step: a file it opens, a progress it tells. */
    private static final class DyingSystem implements ScanSystem {

        private final ScanSystem real = new LinuxScanSystem();
        private int stepsLeft;
        private volatile boolean happened;

        DyingSystem(int steps) {
            this.stepsLeft = steps;
        }

        void step() {
            if (happened || stepsLeft-- == 0) {
                happened = true;
                throw new AssertionError("the agent died");
            }
        }

        @Override
        public OpenFile open(Path file, boolean follow) throws IOException {
            step();
            return real.open(file, follow);
        }

        @Override
        public DescriptorSocket connect(Path socket) throws IOException {
            step();
            return real.connect(socket);
        }

        @Override
        public void stepBack() {
            real.stepBack();
        }
    }

    @Test
    void whenFilesGoAwayOrChangeTheirKindThenTheScanGoesOnAndSaysSo() throws Exception {
        bed.block("SHA-256", BAD);
        for (int i = 0; i < 100; i++) {
            bed.file("d/" + i, BAD);
        }
        var task = bed.task();
        task.whenProgress(() -> {
            if (task.percents().size() == 3) {
                try {
                    // the folder was listed already: these names are still to come
                    ScanBed.run("sh", "-c", "cd " + bed.root() + "/d && rm * && mkfifo 1 2 3 4 5 6 7 8 9 10 11 12");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        });

        var outcome = ((TaskResult.Ended) bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task)).outcome();

        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
        assertThat(outcome.getScan().getFiles()).isLessThan(100);
        assertThat(outcome.getScan().getDetected()).isEqualTo(outcome.getScan().getFiles());
    }

    @Test
    void whenAFileIsNoFileAnyMoreThenOpeningItDoesNotWait() throws Exception {
        var system = new dev.cordon.agent.linux.scan.LinuxScanSystem();
        Path fifo = bed.root().resolve("fifo");
        ScanBed.run("mkfifo", fifo.toString());
        Files.createSymbolicLink(bed.root().resolve("link"), bed.file("file", "x"));

        assertThatThrownBy(() -> system.open(fifo, false)).hasMessageContaining("no regular file");
        assertThatThrownBy(() -> system.open(bed.root().resolve("link"), false))
                .isInstanceOf(java.io.IOException.class);
        assertThatThrownBy(() -> system.open(bed.root().resolve("none"), false))
                .isInstanceOf(java.nio.file.NoSuchFileException.class);
    }

    @Test
    void whenManyFilesWereSeenThenEachIsNewOnce() {
        var seen = new SeenFiles();
        for (int round = 0; round < 2; round++) {
            boolean isNew = round == 0;
            for (long inode = 0; inode < 150_000; inode++) {
                assertThat(seen.add(0xfd01, inode)).isEqualTo(isNew);
            }
        }
    }

    @Test
    void whenTheScanRunsThenProgressOnlyRises() throws Exception {
        for (int i = 0; i < 200; i++) {
            bed.file("d" + i % 10 + "/" + i, "content " + i);
        }
        var task = bed.task();

        bed.handler().run(ScanBed.order(ScanDepth.SCAN_DEPTH_FULL), task);

        assertThat(task.percents()).isNotEmpty().isSorted().allMatch(percent -> percent < 100);
    }

    @Test
    void whenAskedThenTheCapabilitySaysWhatToInstall() throws Exception {
        var capability = bed.handler().capability();

        assertThat(capability.getName()).isEqualTo("AntivirusScan");
        assertThat(capability.getSupport()).isEqualTo(Support.SUPPORT_PARTIAL);
        assertThat(capability.getLimitsList()).anyMatch(limit -> limit.contains("clamav-daemon"));
    }

    @Test
    void whenTheDepthIsUnknownThenTheOrderIsWrong() throws Exception {
        assertThat(bed.handler().check(ScanBed.order(ScanDepth.SCAN_DEPTH_UNSPECIFIED)))
                .isNotEmpty();
        assertThat(bed.handler().check(ScanBed.order(ScanDepth.SCAN_DEPTH_QUICK)))
                .isEmpty();
    }
}
