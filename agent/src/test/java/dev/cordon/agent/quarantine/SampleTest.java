package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.RequestSample;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed over is the file that was asked for, wherever it was. */
final class SampleTest {

    @TempDir
    private Path folder;

    @Test
    void whenThePathIsGivenThenItIsTakenFromThere() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("a/evil\nname", "evil");
            stage.write("b/evil", "evil");
            var task = stage.task();
            var outcome = Stage.outcome(stage.sample(
                    RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(stage.root + "/a/evil\\x0Aname"),
                    task));
            assertThat(outcome.getUploadsList()).containsExactly("upload-1");
            assertThat(task.uploads())
                    .containsExactly(new TestTask.Upload("evil\\x0Aname", ObjectKind.OBJECT_KIND_SAMPLE, "evil"));
            assertThat(outcome.getFilesList()).singleElement().satisfies(file -> {
                assertThat(file.getStatus()).isEqualTo(FileStatus.FILE_STATUS_COLLECTED);
                assertThat(file.getPath()).isEqualTo(stage.root + "/a/evil\\x0Aname");
                assertThat(file.getSize()).isEqualTo(4);
            });
            assertThat(evil).exists();
        }
    }

    @Test
    void whenThePathHasAnotherFileByNowThenTheRightOneIsFoundElsewhere() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("b/evil", "evil");
            stage.write("a/evil", "changed");
            var task = stage.task();
            stage.sample(RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(stage.root + "/a/evil"), task);
            assertThat(task.uploads()).extracting(TestTask.Upload::content).containsExactly("evil");
        }
    }

    @Test
    void whenItOnlyRunsThenItIsTakenFromTheProcess() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.program("evil");
            var hash = Stage.sha1(evil);
            stage.start(evil.toString(), "1000");
            Files.delete(evil);
            var task = stage.task();
            var outcome = Stage.outcome(stage.sample(RequestSample.newBuilder().setHash(hash), task));
            assertThat(outcome.getFiles(0).getPath()).isEqualTo(evil + " (deleted)");
            assertThat(task.uploads()).hasSize(1);
        }
    }

    @Test
    void whenItIsNowhereThenThatIsSaid() throws Exception {
        try (var stage = new Stage(folder)) {
            assertThatThrownBy(() -> stage.sample(
                            RequestSample.newBuilder().setHash(ByteString.copyFrom(new byte[16])), stage.task()))
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining("No file with this hash was found");
        }
    }

    @Test
    void whenItIsCancelledThenNothingIsHandedOver() throws Exception {
        try (var stage = new Stage(folder)) {
            var evil = stage.write("evil", "evil");
            var task = stage.task().cancelAfter(0);
            assertThat(stage.sample(RequestSample.newBuilder().setHash(Stage.sha1(evil)), task))
                    .isInstanceOf(TaskResult.Cancelled.class);
            assertThat(task.uploads()).isEmpty();
        }
    }
}
