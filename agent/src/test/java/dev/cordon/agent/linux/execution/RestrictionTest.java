package dev.cordon.agent.linux.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.hash.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Trusted programs only, on a private file system whose packages the test makes up. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RestrictionTest extends ControlledDisk {

    @BeforeEach
    void install() throws Exception {
        lab.program("pkg/tool", TinyProgram.exits(0, 5_000));
        lab.program("pkg/changed", TinyProgram.exits(RUNS, 5_001));
        lab.program("own/tool", TinyProgram.exits(RUNS, 5_002));
        lab.program("opt/in", TinyProgram.exits(RUNS, 5_003));
        lab.program("stray", TinyProgram.exits(RUNS, 5_004));
        Files.writeString(
                lab.packages().resolve("pkg.list"),
                "/.\n" + lab.disk() + "/pkg/tool\n" + lab.disk() + "/pkg/changed\n" + lab.disk() + "/missing\n");
        Files.writeString(
                lab.packages().resolve("pkg.md5sums"),
                lab.hash("pkg/tool", HashAlgorithm.MD5) + "  "
                        + lab.disk().toString().substring(1) + "/pkg/tool\n" + "00000000000000000000000000000000  "
                        + lab.disk().toString().substring(1) + "/pkg/changed\n");
    }

    @Test
    void whenRestrictedThenOnlyUnchangedFilesOfPackagesAndWhatTheOrderTrustsStart() throws Exception {
        assertThat(control.order("restrict hash=" + lab.hash("own/tool", HashAlgorithm.SHA256) + " path=" + lab.disk()
                        + "/opt/"))
                .isEqualTo("done");

        assertThat(control.order("mode")).isEqualTo("Restricted");
        assertThat(status("pkg/tool")).isZero();
        assertThat(status("pkg/changed")).as("not what its package installed").isEqualTo(REFUSED);
        assertThat(status("own/tool")).isEqualTo(RUNS);
        assertThat(status("opt/in")).isEqualTo(RUNS);
        assertThat(status("./stray")).isEqualTo(REFUSED);
        assertThat(status("cp pkg/tool copy && ./copy")).as("the same content").isZero();
        assertThat(status("mv stray opt/stray && opt/stray")).isEqualTo(RUNS);
        assertThat(status("mv opt/stray . && ./stray"))
                .as("the path counts no more")
                .isEqualTo(REFUSED);
        assertThat(control.order("verify"))
                .contains("trusted-program:true", "unknown-program:true", "blocked-program:true");

        assertThat(control.order("allow")).isEqualTo("done");
        assertThat(status("./stray")).isEqualTo(RUNS);
        assertThat(control.order("mode")).isEqualTo("None");
        assertThat(control.order("verify"))
                .contains("trusted-program:true", "unknown-program:true", "blocked-program:true");
    }

    @Test
    void whenAPathIsMadeUpInANamespaceOfOnesOwnThenItIsNotTrusted() throws Exception {
        control.order("restrict path=" + lab.disk() + "/opt/");

        assertThat(status("mkdir fake && cp stray fake/in && unshare -m --propagation private sh -c"
                        + " 'mount --bind fake opt && opt/in'"))
                .isEqualTo(REFUSED);
    }

    @Test
    void whenOnlyMonitoredThenEverythingStartsAndIsTold() throws Exception {
        control.order("restrict monitor");

        assertThat(control.order("mode")).isEqualTo("Monitored");
        assertThat(status("./stray")).isEqualTo(RUNS);
        await().atMost(Duration.ofSeconds(30)).until(() -> !control.events.isEmpty());
        assertThat(control.events.getFirst()).contains("/stray", "would be refused if the machine were restricted");
        assertThat(control.order("verify"))
                .contains("trusted-program:true", "unknown-program:true", "blocked-program:true");
    }

    @Test
    void whenTheAgentStartsAgainThenItTrustsWhatItTrustedBeforeAndNotWhatCameMeanwhile() throws Exception {
        control.order("restrict");
        control.signal("KILL");
        await().atMost(Duration.ofSeconds(30)).until(() -> !control.process.isAlive());
        assertThat(status("./stray")).isEqualTo(RUNS);
        Files.writeString(lab.packages().resolve("late.list"), lab.disk() + "/stray\n");

        control = lab.control();
        control.order("restrict again");

        assertThat(control.events).singleElement().asString().startsWith("lost ");
        assertThat(status("pkg/tool")).isZero();
        assertThat(status("./stray")).isEqualTo(REFUSED);
        control.order("restrict");
        assertThat(status("./stray")).as("captured anew").isEqualTo(RUNS);
    }

    @Test
    void whenAPackageIsTrustedAndItsFileBlockedThenTheBlockCounts() throws Exception {
        control.order("restrict");
        control.order("block " + lab.hash("pkg/tool", HashAlgorithm.SHA1));

        assertThat(status("pkg/tool")).isEqualTo(REFUSED);
        control.order("block");
        assertThat(status("pkg/tool")).isZero();
    }

    @Test
    void whenAScriptIsNotTrustedThenItIsNotStarted() throws Exception {
        lab.program("script", "#!/bin/sh\nexit 42\n".getBytes(StandardCharsets.UTF_8));
        control.order("restrict");

        assertThat(status("./script")).isEqualTo(REFUSED);
    }

    @Test
    void whenInterpretersAreCoveredThenWhatTheyAndTheLoaderOpenIsJudgedAndDataIsNot() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the loader's name is another elsewhere");
        lab.program("script", "exit 42\n".getBytes(StandardCharsets.UTF_8));
        lab.program("run.py", "raise SystemExit(42)\n".getBytes(StandardCharsets.UTF_8));
        lab.program("data", "just text\n".getBytes(StandardCharsets.UTF_8));
        assertThat(status("cp /bin/true dynamic; echo x >> dynamic; /lib64/ld-linux-x86-64.so.2 ./dynamic"))
                .isZero();
        control.order("restrict");
        assertThat(status("sh script")).as("not covered").isEqualTo(RUNS);

        assertThat(control.order("restrict cover")).isEqualTo("done");

        assertThat(lab.run("sh script").output()).contains("Operation not permitted");
        assertThat(status("cat data script run.py > /dev/null")).isZero();
        assertThat(status("python3 run.py")).isNotEqualTo(RUNS);
        assertThat(status("python3 -c 'print(open(\"data\").read())'")).isZero();
        assertThat(lab.run("/lib64/ld-linux-x86-64.so.2 ./dynamic").output()).contains("Operation not permitted");
        assertThat(status("LD_PRELOAD=./dynamic /bin/true; pkg/tool")).isZero();
        assertThat(status("./stray")).isEqualTo(REFUSED);
        control.order("restrict");
        assertThat(status("sh script")).isEqualTo(RUNS);
    }

    @Test
    void whenAnOrderRestrictsThenTheNextAgentRestrictsAgainUntilAnOrderAllows() throws Exception {
        assertThat(control.order("task restrict 7")).isEqualTo("RESULT_SUCCEEDED 3 Restricted 7");
        assertThat(status("./stray")).isEqualTo(REFUSED);
        control.signal("KILL");
        await().atMost(Duration.ofSeconds(30)).until(() -> !control.process.isAlive());

        control = lab.control();
        assertThat(control.order("restore")).isEqualTo("Restricted 7");
        assertThat(status("./stray")).isEqualTo(REFUSED);
        assertThat(control.order("task restrict 8 monitor")).isEqualTo("RESULT_SUCCEEDED 3 Monitored 8");
        assertThat(control.order("task allow 9")).isEqualTo("RESULT_SUCCEEDED 3 None 9");
        assertThat(status("./stray")).isEqualTo(RUNS);
        control.close();

        control = lab.control();
        assertThat(control.order("restore")).isEqualTo("None 0");
    }
}
