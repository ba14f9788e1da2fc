package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.RequestSample;
import dev.cordon.protocol.wire.Result;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void whenItIsLargerThanTheAgentsDiskThenNothingIsWrittenAndThatIsSaid() throws Exception {
        Files.createDirectories(folder.resolve("state"));
        try (var small = PrivateMount.tmpfs(folder.resolve("state"), "4m");
                var stage = new Stage(folder)) {
            var evil = stage.root.resolve("evil");
            try (var sparse = new RandomAccessFile(evil.toFile(), "rw")) {
                sparse.setLength(256L << 20);
            }
            var order = RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(evil.toString());
            assertThatThrownBy(() -> stage.sample(order, stage.task()))
                    .isInstanceOf(TaskException.class)
                    .hasMessageContaining(
                            "it has 268435456 bytes, and the disk of the agent's state directory has room");
            assertThat(Files.size(small.path().resolve("task/sample"))).isZero();
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheAgentDiesAtAnyCallThenTheNextStartHandsTheSampleOver(boolean behind) throws Exception {
        // its own: a call that was made when the agent died leaves a descriptor open in this very process
        var content = "evil of an agent that died";
        int deaths = 0;
        for (int at = 0; ; at++) {
            var place = Files.createDirectory(folder.resolve("d" + at));
            var armed = new AtomicBoolean();
            var death = new InterposedCalls.Death(at, behind);
            var calls = InterposedCalls.of(
                    new LinuxFileCalls(),
                    (name, arguments) -> {
                        if (armed.get()) {
                            death.call(name, arguments);
                        }
                    },
                    (name, arguments) -> {
                        if (armed.get()) {
                            death.called(name, arguments);
                        }
                    });
            RequestSample.Builder order;
            try (var stage = new Stage(place, calls)) {
                var evil = stage.write("a/evil", content);
                order = RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(evil.toString());
                armed.set(true);
                stage.sample(order, stage.task());
                armed.set(false);
            } catch (InterposedCalls.Killed e) {
                deaths++;
                order = RequestSample.newBuilder()
                        .setHash(Stage.sha1(place.resolve("root/a/evil")))
                        .setPath(place.resolve("root/a/evil").toString());
            }
            if (!death.happened()) {
                break;
            }
            try (var stage = new Stage(place)) {
                var task = stage.repeatedTask();
                var outcome = Stage.outcome(stage.sample(order, task));
                assertThat(outcome.getResult()).as("death at call %d", at).isEqualTo(Result.RESULT_SUCCEEDED);
                assertThat(task.uploads())
                        .as("death at call %d", at)
                        .extracting(TestTask.Upload::content)
                        .containsExactly(content);
            }
        }
        assertThat(deaths).isGreaterThan(10);
    }

    @Test
    void whenAnyCallFailsThenTheFileIsHandedOverOrTheReasonIsTold() throws Exception {
        for (int at = 0; ; at++) {
            var armed = new AtomicBoolean();
            var failure = new InterposedCalls.Failure(at, FileCallException.ENOSPC);
            var calls = InterposedCalls.of(
                    new LinuxFileCalls(),
                    (name, arguments) -> {
                        if (armed.get()) {
                            failure.call(name, arguments);
                        }
                    },
                    (name, arguments) -> {});
            var task = new TestTask[1];
            try (var stage = new Stage(Files.createDirectory(folder.resolve("f" + at)), calls)) {
                var evil = stage.write("a/evil", "evil");
                task[0] = stage.task();
                armed.set(true);
                stage.sample(
                        RequestSample.newBuilder().setHash(Stage.sha1(evil)).setPath(evil.toString()), task[0]);
                assertThat(task[0].uploads())
                        .extracting(TestTask.Upload::content)
                        .containsExactly("evil");
            } catch (TaskException e) {
                assertThat(failure.happened()).isTrue();
                assertThat(e.getMessage()).as("failure at call %d", at).isNotBlank();
                assertThat(task[0].uploads()).isEmpty();
            }
            if (!failure.happened()) {
                break;
            }
        }
    }
}
