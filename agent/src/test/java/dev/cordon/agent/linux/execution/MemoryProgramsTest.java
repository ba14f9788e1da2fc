package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MemoryProgramsTest {

    @TempDir
    Path state;

    @Test
    void whenForbiddenAndRecoveredThenTheSettingIsWhatItWasAlsoAfterARestart() throws Exception {
        Path setting = Files.writeString(state.resolve("setting"), "1\n");

        new MemoryPrograms(setting, state).forbid();
        new MemoryPrograms(setting, state).forbid();
        assertThat(setting).content().isEqualTo("2");
        new MemoryPrograms(setting, state).recover();

        assertThat(setting).content().isEqualTo("1");
        Files.writeString(setting, "0");
        new MemoryPrograms(setting, state).recover();
        assertThat(setting).content().isEqualTo("0");
    }

    @Test
    void whenTheKernelHasNoSuchSettingThenNothingIsDone() throws Exception {
        var none = new MemoryPrograms(state.resolve("none"), state);

        none.forbid();
        none.recover();

        assertThat(state).isEmptyDirectory();
    }

    /** In a PID namespace of its own, whose setting is its own too. */
    @Test
    void whenTheKernelRefusesMemoryProgramsThenNoneStarts() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")) && Files.exists(MemoryPrograms.SETTING));
        String start = "import os; f = os.memfd_create('x'); os.write(f, open('/bin/true', 'rb').read());"
                + " os.execve(f, ['x'], {})";
        var process = new ProcessBuilder(
                        "unshare",
                        "-p",
                        "-f",
                        "--mount-proc",
                        "sh",
                        "-c",
                        "python3 -c \"$0\" && echo before; echo 2 > /proc/sys/vm/memfd_noexec; python3 -c \"$0\" || echo after",
                        start)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(output).startsWith("before").contains("Permission denied").endsWith("after\n");
    }
}
