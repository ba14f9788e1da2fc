package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.hash.HashAlgorithm;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a block by hash stops, tried on a private file system. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BlockingTest extends ControlledDisk {

    private void block() throws Exception {
        assertThat(control.order("block " + evil())).startsWith("SUPPORT_ENFORCED");
    }

    @ParameterizedTest
    @EnumSource(HashAlgorithm.class)
    void whenAHashIsBlockedThenTheFileIsRefusedUntilItIsUnblocked(HashAlgorithm algorithm) throws Exception {
        assertThat(status("./evil")).isEqualTo(RUNS);

        control.order("block " + lab.hash("evil", algorithm));

        assertThat(lab.run("./evil").output()).contains("Operation not permitted");
        assertThat(status("./evil")).isEqualTo(REFUSED);
        assertThat(status("./good")).isZero();
        control.order("block");
        assertThat(status("./evil")).isEqualTo(RUNS);
    }

    @Test
    void whenAFileThatRanBeforeIsBlockedThenItIsRefusedAtOnce() throws Exception {
        control.order("block " + "00".repeat(32));
        assertThat(status("./evil; ./evil")).isEqualTo(RUNS);

        block();

        assertThat(status("./evil")).isEqualTo(REFUSED);
        control.order("block " + "00".repeat(20));
        assertThat(status("./evil")).isEqualTo(RUNS);
    }

    /** Each way to start the blocked file by another name or road. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ln evil other && ./other",
                "ln -s evil other && ./other",
                "cp evil other && ./other",
                "mv evil other && ./other",
                "exec 9<evil && /proc/self/fd/9",
                "python3 -c 'import os; os.execve(os.open(\"evil\", os.O_RDONLY), [\"x\"], {})' || exit 126",
                "mkdir b && mount --bind . b && b/evil",
                "unshare -m ./evil",
                "unshare -m --propagation private sh -c 'mkdir b && mount --bind . b && b/evil'",
                "mkdir b && unshare -m sh -c './good; mount -t tmpfs -o size=1m own b && cp evil b && sleep 0.5 && b/evil'",
                "mkdir u w o l && cp evil l && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w o && o/evil",
                "mkdir u w o l && mount -t overlay o -o lowerdir=l,upperdir=u,workdir=w o && cp evil o && o/evil",
                "mkdir n && mount -t tmpfs -o size=1m new n && cp evil n && sleep 0.5 && n/evil",
            })
    void whenABlockedFileIsStartedByAnotherRoadThenItIsRefused(String road) throws Exception {
        block();

        assertThat(status(road)).as(road).isEqualTo(REFUSED);
    }

    @Test
    void whenAScriptIsBlockedThenStartingItIsRefused() throws Exception {
        lab.program("script", "#!/bin/sh\nexit 42\n".getBytes(StandardCharsets.UTF_8));
        assertThat(status("./script")).isEqualTo(RUNS);

        control.order("block " + lab.hash("script", HashAlgorithm.SHA1));

        assertThat(status("./script")).isEqualTo(REFUSED);
        assertThat(status("sh ./script"))
                .as("documented: an interpreter reads it")
                .isEqualTo(RUNS);
    }

    @Test
    void whenTheFileLiesOnALoopMountedDiskThenItIsRefusedToo() throws Exception {
        assertThat(lab.run("truncate -s 16M /tmp/$$.img && mkfs.ext4 -q /tmp/$$.img && mkdir e"
                                + " && mount -o loop /tmp/$$.img e && rm /tmp/$$.img && cp evil e && e/evil")
                        .status())
                .isEqualTo(RUNS);
        block();

        assertThat(status("e/evil")).isEqualTo(REFUSED);
        assertThat(status("cp e/evil e/x && e/x")).isEqualTo(REFUSED);
        assertThat(status("e/../good")).isZero();
    }

    @Test
    void whenTheSameBytesAreMadeByWritingOrMappingThenTheCacheIsNotFooled() throws Exception {
        block();
        assertThat(status("./good; ./good")).isZero();

        assertThat(status("cat evil > good; ./good")).isEqualTo(REFUSED);
        lab.program("good", TinyProgram.exits(0, 5_000));
        assertThat(status("./good; touch -r good stamp; cat evil > good; touch -r stamp good; ./good"))
                .isEqualTo(REFUSED);
        lab.program("good", TinyProgram.exits(0, 5_000));
        assertThat(status("./good; python3 -c 'import mmap; b = open(\"evil\",\"rb\").read();"
                        + " f = open(\"good\",\"r+b\"); m = mmap.mmap(f.fileno(), 0); m[:] = b; m.close(); f.close()';"
                        + " ./good"))
                .isEqualTo(REFUSED);
        lab.program("good", TinyProgram.exits(0, 5_000));
        assertThat(status("./good; cp evil x; mv x good; ./good")).isEqualTo(REFUSED);
        lab.program("evil", TinyProgram.exits(RUNS, 5_001));
        assertThat(status("./evil")).as("other bytes, other hash").isEqualTo(RUNS);
    }

    @Test
    void whenSomebodyHasTheFileOpenForWritingThenItIsNotStarted() throws Exception {
        block();

        assertThat(status("exec 9>>good; ./good")).isEqualTo(REFUSED);
        assertThat(status("./good")).isZero();
        assertThat(status("(exec 9>>good; sleep 0.03) & sleep 0.01; ./good; r=$?; wait; exit $r"))
                .as("a writer that ends soon is waited for")
                .isZero();
    }

    /** The file is the blocked one or the other, in turn, as fast as it goes; whatever is started, it is the other. */
    @Test
    void whenAFileIsSwappedWhileItIsStartedThenTheBlockedContentNeverRuns() throws Exception {
        lab.program("evil", TinyProgram.exits(RUNS, 3_000_000));
        lab.program("good", TinyProgram.exits(0, 3_000_000));
        block();

        var result = lab.run("cp good x; end=$(($(date +%s) + 8)); "
                + "(while [ $(date +%s) -lt $end ]; do cat evil > x; cat good > x; done) & "
                + "(while [ $(date +%s) -lt $end ]; do dd if=evil of=x bs=64k conv=notrunc status=none;"
                + " dd if=good of=x bs=64k conv=notrunc status=none; done) & "
                + "n=0; ran=0; while [ $(date +%s) -lt $end ]; do ./x 2>/dev/null; r=$?; n=$((n+1));"
                + " [ $r = 0 ] && ran=$((ran+1)); [ $r = 42 ] && { echo evil ran after $n; exit 42; }; done; wait;"
                + " echo tries $n ran $ran");

        assertThat(result.output()).doesNotContain("evil ran").contains("tries");
        assertThat(result.status()).isZero();
    }

    @Test
    void whenALargeFileIsBeingHashedThenOthersStartMeanwhile() throws Exception {
        block();
        lab.program("large", TinyProgram.exits(0, 5_000));
        try (var file = new RandomAccessFile(lab.outside().resolve("large").toFile(), "rw")) {
            file.setLength(700_000_000);
        }

        var large = lab.start("./large");
        for (int i = 0; i < 5; i++) {
            assertThat(status("./good")).isZero();
        }

        assertThat(large.waitFor()).isZero();
    }

    @Test
    void whenRefusalsComeByTheHundredThenTheyAreToldAsFew() throws Exception {
        block();

        lab.run("for i in $(seq 200); do ./evil; done; true");
        lab.run("cp evil 'bad\n\033[31mname' 2>/dev/null; cp evil \"$(printf 'new\\nline\\033[31m')\"; true");

        await().atMost(Duration.ofSeconds(30)).until(() -> !control.events.isEmpty());
        assertThat(control.events).hasSizeBetween(1, 3);
        assertThat(control.events.getFirst())
                .startsWith("denied " + lab.disk() + "/evil (SHA-256 " + lab.hash("evil", HashAlgorithm.SHA256))
                .contains(" by process ", "child of process", "its hash is blocked");
    }

    @Test
    void whenABlockStopsRunningThenInstancesEndAlsoOfADeletedFile() throws Exception {
        lab.program("waits", TinyProgram.waits(6_000));
        lab.program("other", TinyProgram.waits(6_001));
        var running = lab.start("exec ./waits");
        var deleted = lab.start("cp waits gone; ./gone & sleep 0.2; rm gone; wait $!");
        var other = lab.start("exec ./other");
        Thread.sleep(600);
        var hash = lab.hash("waits", HashAlgorithm.MD5);

        control.order("block " + hash);
        assertThat(running.isAlive()).isTrue();
        control.order("stop " + hash);

        assertThat(running.waitFor()).isEqualTo(128 + 9);
        assertThat(deleted.waitFor()).isEqualTo(128 + 9);
        assertThat(other.isAlive()).isTrue();
        other.destroyForcibly();
    }

    @Test
    void whenATaskDeniesAFileThenOnlyUntilItEnds() throws Exception {
        var hash = lab.hash("evil", HashAlgorithm.SHA1);

        control.order("deny " + hash);
        assertThat(status("./evil")).isEqualTo(REFUSED);
        control.order("undeny " + hash);

        assertThat(status("./evil")).isEqualTo(RUNS);
    }

    @Test
    void whenWhatTheAgentNeedsIsBlockedThenItStartsAllTheSame() throws Exception {
        Files.copy(Path.of("/bin/sh").toRealPath(), lab.outside().resolve("sh"));
        var answer = control.order(
                "block " + lab.hash("sh", HashAlgorithm.SHA1) + " " + lab.hash("evil", HashAlgorithm.SHA1));

        assertThat(answer).as("the server is told").contains("Not refused although blocked", "/bin/sh");
        assertThat(status("./sh -c 'exit 5'")).isEqualTo(5);
        assertThat(status("./evil")).isEqualTo(REFUSED);
    }

    @Test
    void whenVerifiedThenProgramsAreReallyTried() throws Exception {
        assertThat(control.order("verify"))
                .contains("trusted-program:true", "unknown-program:true")
                .contains("blocked-program:true");
    }
}
