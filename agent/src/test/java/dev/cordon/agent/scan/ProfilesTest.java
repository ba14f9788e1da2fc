package dev.cordon.agent.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.files.NetworkMount;
import dev.cordon.protocol.wire.ScanDepth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files a scan looks at. */
@Timeout(120)
final class ProfilesTest {

    private static final String BAD = "what is blocked";

    @TempDir
    private Path folder;

    private final Deque<Path> mounts = new ArrayDeque<>();
    private ScanBed bed;

    @BeforeEach
    void prepare() throws Exception {
        bed = new ScanBed(folder);
        bed.block("SHA-256", BAD);
    }

    @AfterEach
    void unmount() throws Exception {
        while (!mounts.isEmpty()) {
            ScanBed.run("umount", "-l", mounts.pop().toString());
        }
    }

    private Path mount(String where, String... options) throws Exception {
        Path point = Files.createDirectories(bed.root().resolve(where));
        var command = new java.util.ArrayList<>(java.util.List.of("mount"));
        command.addAll(java.util.List.of(options));
        command.add(point.toString());
        ScanBed.run(command.toArray(String[]::new));
        mounts.push(point);
        return point;
    }

    @Test
    void whenLocalFileSystemsAreMountedThenAFullScanEntersEachOnce() throws Exception {
        mount("data disk", "-t", "tmpfs", "none");
        bed.file("data disk/x", BAD);
        bed.file("shown/inside/y", BAD);
        mount("again", "--bind", bed.root().resolve("data disk").toString());
        mount("more", "--bind", bed.root().resolve("shown").toString());
        mount("proc", "-t", "proc", "none");

        var outcome = bed.full();

        assertThat(bed.detections(outcome)).containsOnlyKeys("data disk/x", "shown/inside/y");
        assertThat(outcome.getScan().getFiles()).isEqualTo(2);
    }

    @Test
    void whenAFolderIsOfAnotherMachineThenAFullScanLetsItBe() throws Exception {
        var missing = NetworkMount.missing();
        assumeTrue(missing.isEmpty(), () -> "no network file system here: " + missing.orElse(""));
        Path served = Files.createDirectory(folder.resolve("served"));
        Files.writeString(served.resolve("x"), BAD);
        bed.file("y", BAD);
        try (var mount = NetworkMount.of(served, bed.root().resolve("net"))) {
            assertThat(mount.path().resolve("x")).hasContent(BAD);
            assertThat(bed.detections(bed.full())).containsOnlyKeys("y");
        }
    }

    @Test
    void whenMountsAreReadThenNetworkAndPseudoFileSystemsAreLeftOut() throws Exception {
        var table = Files.writeString(folder.resolve("mountinfo"), """
                1 0 8:1 / / rw - ext4 /dev/sda1 rw
                2 1 0:5 / /proc rw - proc proc rw
                3 1 0:6 / /home rw master:1 - nfs4 server:/home rw
                4 1 0:7 / /mnt/ssh rw - fuse.sshfs x rw
                5 1 8:2 / /data rw - xfs /dev/sda2 rw
                6 1 8:2 /sub /mnt/sub rw - xfs /dev/sda2 rw
                7 1 8:1 /var/x /mnt/x rw - ext4 /dev/sda1 rw
                8 1 0:9 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw
                9 1 0:10 / /mnt/a\\040b rw - ntfs3 /dev/sdb1 rw
                """);
        var mounts = new Mounts(table, Path.of("/"));

        assertThat(mounts.enter(Path.of("/data"), true)).isTrue();
        assertThat(mounts.enter(Path.of("/mnt/a b"), true)).isTrue();
        assertThat(mounts.enter(Path.of("/usr"), false)).isTrue();
        assertThat(mounts.enter(Path.of("/proc"), true)).isFalse();
        assertThat(mounts.enter(Path.of("/home"), true)).isFalse();
        assertThat(mounts.enter(Path.of("/mnt/ssh"), true)).isFalse();
        assertThat(mounts.enter(Path.of("/mnt/sub"), true)).isFalse();
        assertThat(mounts.enter(Path.of("/mnt/x"), false)).isFalse();
        assertThat(mounts.enter(Path.of("/var/lib/docker/overlay2/a/merged"), true))
                .isFalse();
        assertThat(mounts.ofNetwork(Path.of("/home/u/program"))).isTrue();
        assertThat(mounts.ofNetwork(Path.of("/usr/bin/program"))).isFalse();
    }

    @Test
    void whenAScanIsQuickThenItLooksWhereMalwareIsMet() throws Exception {
        bed.file("tmp/deep/down/a", BAD);
        bed.file("dev/shm/b", BAD);
        bed.file("home/u/c", BAD);
        bed.file("home/u/.cache/d", BAD);
        bed.file("elsewhere/e", BAD);
        bed.file("mnt/started", BAD);
        bed.file("etc/systemd/system/x.service", "[Service]\nExecStart=-" + "/mnt/started --quiet\n");
        bed.file("mnt/cron", BAD);
        bed.file("var/spool/cron/crontabs/root", "* * * * * /mnt/cron>/dev/null\n");
        bed.file("usr/lib/lately", BAD);

        var outcome = bed.scan(ScanDepth.SCAN_DEPTH_QUICK);

        assertThat(bed.detections(outcome))
                .containsOnlyKeys(
                        "tmp/deep/down/a",
                        "dev/shm/b",
                        "home/u/c",
                        "home/u/.cache/d",
                        "mnt/started",
                        "mnt/cron",
                        "usr/lib/lately");
    }

    @Test
    void whenAFileOfAProgramsFolderIsOldThenAQuickScanLetsItBe() throws Exception {
        bed.file("usr/lib/old", BAD);
        var machine = new Profile.Surroundings(
                bed.root(),
                Path.of("/proc/self/mountinfo"),
                java.util.List.of(bed.state()),
                java.time.Instant.now().plus(Duration.ofDays(4)));
        var found = new java.util.ArrayList<Path>();

        new QuickProfile().walk(machine, new Finds() {
            @Override
            public void file(Candidate candidate) {
                found.add(candidate.shown());
            }

            @Override
            public void unreadable(Path path) {
                throw new AssertionError(path);
            }
        });

        assertThat(found).isEmpty();
    }

    @Test
    void whenAProcessRunsADeletedFileThenAQuickScanFindsIt() throws Exception {
        Path program = Files.copy(Path.of("/bin/sleep"), bed.root().resolve("sleeper"));
        Files.writeString(program, "cordon", java.nio.file.StandardOpenOption.APPEND);
        var hash = ScanBed.run("sha256sum", program.toString()).substring(0, 64);
        bed.signatures("own.hsb", hash + ":*:Test.Sleeper:73");
        var process = new ProcessBuilder(program.toString(), "300").start();
        try {
            Path exe = Path.of("/proc", Long.toString(process.pid()), "exe");
            while (!Files.readSymbolicLink(exe).equals(program)) {
                Thread.onSpinWait();
            }
            Files.delete(program);
            Path fake = Files.createDirectories(bed.root().resolve("proc/" + process.pid()));
            ScanBed.run("mount", "--bind", "/proc/" + process.pid(), fake.toString());
            mounts.push(fake);

            var outcome = bed.scan(ScanDepth.SCAN_DEPTH_QUICK);

            assertThat(bed.detections(outcome))
                    .containsOnly(org.assertj.core.api.Assertions.entry("sleeper (deleted)", "Test.Sleeper"));
            assertThat(outcome.getScan().getFiles())
                    .as("the program and its libraries")
                    .isGreaterThan(1);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
