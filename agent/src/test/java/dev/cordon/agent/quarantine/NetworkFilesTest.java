package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cordon.agent.files.NetworkMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Mounts;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Restore;
import dev.cordon.protocol.wire.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that lie on another machine: let be by searches, dealt with where they are met. */
final class NetworkFilesTest {

    @TempDir
    private Path folder;

    private Path served;
    private NetworkMount mount;

    @BeforeEach
    void mount() throws Exception {
        var missing = NetworkMount.missing();
        assumeTrue(missing.isEmpty(), () -> "no network file system here: " + missing.orElse(""));
        served = Files.createDirectory(folder.resolve("served"));
        mount = NetworkMount.of(served, folder.resolve("root/net"));
    }

    @AfterEach
    void unmount() throws Exception {
        if (mount != null) {
            mount.close();
        }
    }

    @Test
    void whenDisksAreListedForASearchThenTheNetworksAreNot() throws Exception {
        assertThat(Mounts.local(Files.readAllBytes(Path.of("/proc/self/mountinfo"))))
                .isNotEmpty()
                .doesNotContain(RawPath.of(mount.path()));
    }

    @Test
    void whenItLiesThereThenACopyOnADiskIsTakenAndTheOtherMachinesIsLetBe() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("evil", "evil");
            stage.write("net/evil", "evil");
            var outcome = stage.quarantine(Stage.sha1(evil));
            assertThat(outcome.getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(outcome)).containsExactly("QUARANTINED /evil");
            assertThat(served.resolve("evil")).hasContent("evil");
        }
    }

    @Test
    void whenItRunsFromThereThenItIsEndedAndTakenAndComesBack() throws Exception {
        try (var stage = new Stage(folder, List.of(), List.of())) {
            var evil = stage.program("net/evil");
            var content = Files.readAllBytes(evil);
            var hash = Stage.sha1(evil);
            var process = stage.start(evil.toString(), "1000");

            var outcome = stage.quarantine(hash);

            assertThat(outcome.getResult()).as(outcome.getMessage()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(stage.places(outcome)).containsExactly("QUARANTINED /net/evil");
            assertThat(process.waitFor()).isEqualTo(137);
            assertThat(served).isEmptyDirectory();

            var restored = stage.restore(Restore.newBuilder().setOfActionId("q1"));

            assertThat(restored.getFilesList())
                    .allMatch(file -> file.getMessage().isEmpty());
            assertThat(stage.places(restored)).containsExactly("RESTORED /net/evil");
            assertThat(served.resolve("evil")).hasBinaryContent(content).isExecutable();
            assertThat(served.toFile().list()).containsExactly("evil");
        }
    }

    @Test
    void whenASampleOfItIsWantedThenItIsHandedOver() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("net/evil", "evil");
            var task = stage.task();
            stage.sample(RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(evil.toString()), task);
            assertThat(task.uploads()).extracting(TestTask.Upload::content).containsExactly("evil");
        }
    }
}
