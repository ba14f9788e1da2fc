package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control of every file system there is, as on a real machine, tried on a private one. */
@Timeout(value = 180, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WholeMachineTest {

    private static final int RUNS = 42;
    private static final int REFUSED = 126;
    /** A new mount is noticed after a moment. */
    private static final String UNTIL_REFUSED = """
            #!/bin/sh
            for i in $(seq 300); do
                "$1"
                [ $? != 126 ] || exit 126
                sleep 0.1
            done
            """;

    @TempDir
    Path folder;

    private PrivateMachine machine;
    private ExecutionLab.Control control;
    private FileHash evil;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(ExecutionLab.possible(), "needs root and fanotify");
        try {
            machine = PrivateMachine.open(folder);
        } catch (IOException e) {
            machine = Assumptions.abort("the root cannot be laid under an overlay here: " + e.getMessage());
        }
        for (var file : System.getProperty("java.class.path").split(":", -1)) {
            assumeTrue(
                    file.isEmpty() || !Files.exists(Path.of(file)) || machine.has(file),
                    file + " is not on the root file system");
        }
        assumeTrue(machine.has(System.getProperty("java.home")), "the run time is not on the root file system");
        machine.program("/opt/evil", TinyProgram.exits(RUNS, 5_000));
        machine.program("/opt/good", TinyProgram.exits(0, 5_000));
        try (var hasher = FileHasher.open()) {
            evil = hasher.hash(machine.outside("/opt/evil"), EnumSet.of(HashAlgorithm.SHA1), FileHasher.NO_LIMIT)
                    .values()
                    .getFirst();
        }
        control = machine.control();
    }

    @AfterEach
    void close() throws Exception {
        if (machine != null) {
            machine.close();
        }
    }

    private int status(String script) throws Exception {
        return machine.run("cd /opt; " + script).status();
    }

    @Test
    void whenAFileIsBlockedThenOnTheWholeMachineAndOnNoOther() throws Exception {
        assertThat(status("./evil")).isEqualTo(RUNS);

        assertThat(control.order("block " + evil)).startsWith("SUPPORT_ENFORCED");

        assertThat(status("./evil")).isEqualTo(REFUSED);
        assertThat(status("./good")).isZero();
        var outside = Files.write(folder.resolve("evil"), TinyProgram.exits(RUNS, 5_000));
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new ProcessBuilder(outside.toString()).start().waitFor())
                .as("the computer outside")
                .isEqualTo(RUNS);
    }

    /** Each on a file system that was not there when the file was blocked, or is none of the root's. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mkdir n && mount -t tmpfs new n && cp evil n && ./try n/evil",
                "mkdir n && unshare -m sh -c './good; mount -t tmpfs new n && cp evil n && ./try n/evil'",
                "mkdir u && mount -t tmpfs new u && mkdir u/u u/w u/o && mount -t overlay o -o"
                        + " lowerdir=/opt,upperdir=u/u,workdir=u/w u/o && ./try u/o/evil",
                "cp evil /dev/evil && ./try /dev/evil",
            })
    void whenAFileSystemComesLaterThenItIsControlledToo(String road) throws Exception {
        control.order("block " + evil);
        machine.program("/opt/try", UNTIL_REFUSED.getBytes(StandardCharsets.UTF_8));

        assertThat(status(road)).as(road).isEqualTo(REFUSED);
    }

    @Test
    void whenTheMachineIsRestrictedThenItsInstalledProgramsStartAndNoOthers() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/var/lib/dpkg/info")), "needs dpkg");

        assertThat(control.order("restrict")).isEqualTo("done");

        assertThat(status("ls / > /dev/null && id > /dev/null")).isZero();
        assertThat(status("./good")).isEqualTo(REFUSED);
        assertThat(control.order("verify"))
                .contains("trusted-program:true", "unknown-program:true", "blocked-program:true");
        assertThat(control.order("allow")).isEqualTo("done");
        assertThat(status("./good")).isZero();
    }

    @Test
    void whenAFileSystemMayBeUnmountedThenItsProgramsDoNotKeepItBusy() throws Exception {
        control.order("block " + evil);

        assertThat(status("mkdir n && mount -t tmpfs new n && cp good n && sleep 0.5 && for i in 1 2 3 4 5; do n/good"
                        + " || exit 2; done; for i in $(seq 200); do umount n && exit 0; sleep 0.1; done; exit 1"))
                .isZero();
    }
}
