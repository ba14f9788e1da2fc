package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cordon.agent.hash.HashAlgorithm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that the kernel starts without asking: which, and that nothing changes them unnoticed. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExemptFilesTest extends ControlledDisk {

    private static final Duration LONG = Duration.ofSeconds(30);

    /** The files that the agent's marks are ignored for. */
    private List<String> exempt() throws IOException {
        return control.marks().stream()
                .filter(mark -> mark.contains("ignored_mask:50000"))
                .toList();
    }

    private boolean exempt(String name) throws IOException {
        return lab.markOf(name, control).contains("ignored_mask:50000");
    }

    private void startUntilExempt(String name) {
        await().atMost(LONG).until(() -> {
            lab.run("./" + name);
            return exempt(name);
        });
    }

    @Test
    void whenAVerdictIsKnownThenTheKernelAsksNoMoreUntilTheFileIsBlocked() throws Exception {
        control.order("block " + NOTHING_HERE);
        startUntilExempt("evil");
        assertThat(status("./evil")).isEqualTo(RUNS);

        control.order("block " + evil());

        assertThat(exempt("evil")).isFalse();
        assertThat(status("./evil")).isEqualTo(REFUSED);
        control.order("block " + NOTHING_HERE);
        startUntilExempt("evil");
        control.order("restrict");
        assertThat(status("./evil")).isEqualTo(REFUSED);
    }

    /** Each turns {@code good} into the blocked file, and ends when that is done. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat evil > good",
                "dd if=evil of=good conv=notrunc status=none",
                "cp evil x && mv x good",
                "ln good other && cat evil > other",
                "mkdir b && mount --bind . b && cat evil > b/good",
                "unshare -m sh -c 'cat evil > good'",
                "truncate -s 0 good; cat evil > good",
                "touch -r good stamp; cat evil > good; touch -r stamp good",
                "python3 -c 'import mmap; b = open(\"evil\",\"rb\").read(); f = open(\"good\",\"r+b\");"
                        + " m = mmap.mmap(f.fileno(), 0); m[:] = b; m.close(); f.close()'",
                "python3 -c 'import mmap, os; b = open(\"evil\",\"rb\").read(); f = os.open(\"good\", os.O_RDWR);"
                        + " m = mmap.mmap(f, 0); os.close(f); m[:] = b; os._exit(0)'",
                "python3 -c 'import os; f = os.open(\"evil\", 0); g = os.open(\"good\", os.O_WRONLY);"
                        + " os.copy_file_range(f, g, 5000)'",
            })
    void whenAnExemptFileIsChangedThenItIsJudgedAgain(String change) throws Exception {
        control.order("block " + evil());
        startUntilExempt("good");

        assertThat(status(change + "; ./good")).as(change).isEqualTo(REFUSED);
    }

    @Test
    void whenAnExemptFileIsMappedForWritingThenItDoesNotStart() throws Exception {
        control.order("block " + evil());
        startUntilExempt("good");

        assertThat(status("python3 -c 'import mmap, os, subprocess; b = open(\"evil\",\"rb\").read();"
                        + " f = os.open(\"good\", os.O_RDWR); m = mmap.mmap(f, 0); os.close(f); m[:] = b;"
                        + " exit(subprocess.call([\"sh\", \"-c\", \"./good\"]))'"))
                .isEqualTo(REFUSED);
        assertThat(status("./good")).isEqualTo(REFUSED);
    }

    @Test
    void whenAnExemptFileIsMadeWritableForOthersThenTheirChangeIsJudgedToo() throws Exception {
        control.order("block " + evil());
        startUntilExempt("good");

        assertThat(status("chmod 777 good; setpriv --reuid 65534 --clear-groups sh -c 'cat evil > good'; ./good"))
                .isEqualTo(REFUSED);
    }

    @Test
    void whenOthersThanRootMayWriteAFileThenTheKernelGoesOnAsking() throws Exception {
        control.order("block " + evil());
        lab.program("shared", TinyProgram.exits(0, 5_001));
        lab.program("theirs", TinyProgram.exits(0, 5_002));

        assertThat(status("chmod 775 shared; chown 65534 theirs; for i in 1 2 3 4 5; do ./shared && ./theirs; done"))
                .isZero();
        startUntilExempt("good");

        assertThat(exempt("shared")).isFalse();
        assertThat(exempt("theirs")).isFalse();
    }

    @Test
    void whenAFileIsTrustedByItsPathThenTheKernelGoesOnAsking() throws Exception {
        lab.program("opt/in", TinyProgram.exits(RUNS, 5_003));
        control.order("restrict path=" + lab.disk() + "/opt/ hash=" + lab.hash("good", HashAlgorithm.SHA256));

        assertThat(status("for i in 1 2 3 4 5; do opt/in; done; ./good")).isZero();
        startUntilExempt("good");

        assertThat(exempt("opt/in")).isFalse();
        assertThat(status("ln opt/in out; ./out")).isEqualTo(REFUSED);
    }

    @Test
    void whenAFileWasJustWrittenThenTheKernelGoesOnAsking() throws Exception {
        control.order("block " + evil());

        lab.run("end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do touch good; ./good; done");

        assertThat(exempt("good")).isFalse();
        startUntilExempt("good");
    }

    @Test
    void whenAnExemptFileIsDeletedThenItIsLetGo() throws Exception {
        control.order("block " + evil());
        startUntilExempt("good");

        assertThat(status("rm good")).isZero();

        await().atMost(LONG).until(() -> exempt().isEmpty());
    }

    @Test
    void whenProgramsAreManyThenSomeHundredAreExempt() throws Exception {
        control.order("block " + evil());

        assertThat(status("for i in $(seq 300); do cp good g$i; ./g$i || exit 1; done"))
                .isZero();
        startUntilExempt("g300"); // the last one copied: all are old enough

        assertThat(status("for i in $(seq 300); do ./g$i && ./g$i || exit 1; done"))
                .isZero();

        assertThat(exempt()).hasSizeBetween(2, 256);
        assertThat(status("for i in $(seq 300); do cat evil > g$i; ./g$i 2>/dev/null; [ $? = 126 ] || exit 1; done"))
                .isZero();
    }
}
