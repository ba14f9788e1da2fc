package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a verdict is good: as long as its file is not written, which the kernel is asked to tell. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RememberedVerdictsTest extends ControlledDisk {

    @Test
    void whenAProgramIsKnownThenTheKernelTellsOfItsWritersAndOfNoOthers() throws Exception {
        control.order("block " + evil());
        assertThat(status("echo data > data; ./good")).isZero();

        assertThat(lab.markOf("good", control)).contains(" mask:8 ");
        assertThat(lab.markOf("data", control)).isEmpty();
        assertThat(control.marks())
                .filteredOn(mark -> mark.startsWith("fanotify sdev:"))
                .isNotEmpty()
                .allSatisfy(mark -> assertThat(mark).contains(" mask:40000 "));
    }

    /** Each turns {@code good}, which everybody may write, into the blocked file. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat evil > good",
                "dd if=evil of=good conv=notrunc status=none",
                "ln good other && cat evil > other",
                "cp evil x && mv x good",
                "touch -r good stamp; cat evil > good; touch -r stamp good",
            })
    void whenAKnownProgramOfEverybodyIsWrittenThenItIsJudgedAgain(String change) throws Exception {
        control.order("block " + evil());
        assertThat(status("chmod 777 . good; for i in 1 2 3; do ./good || exit 1; done"))
                .isZero();

        assertThat(status("setpriv --reuid 65534 --clear-groups sh -c '" + change + "'; ./good"))
                .as(change)
                .isEqualTo(REFUSED);
    }

    @Test
    void whenNothingWasRefusedMeanwhileThenOnlyUnchangedFilesAreKnownFromBefore() throws Exception {
        lab.program("same", TinyProgram.exits(0, 5_001));
        control.order("block " + NOTHING_HERE);
        assertThat(status("./good && ./good && ./same && ./same")).isZero();
        control.order("block");
        assertThat(control.marks()).isEmpty();
        assertThat(status("cat evil > good")).isZero();

        control.order("block " + evil());

        assertThat(status("./good")).isEqualTo(REFUSED);
        assertThat(status("./same && ./same")).isZero();
        assertThat(lab.markOf("same", control)).contains(" mask:8 ");
        assertThat(status("cat evil > same; ./same")).isEqualTo(REFUSED);
    }
}
