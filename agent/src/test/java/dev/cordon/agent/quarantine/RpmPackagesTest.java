package dev.cordon.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.files.RpmRoot;
import dev.cordon.protocol.wire.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine of an rpm distribution needs is not taken; its packages are real ones. */
final class RpmPackagesTest {

    @TempDir
    Path folder;

    @Test
    void whenItBelongsToANeededPackageOrWhatThatRequiresThenItIsRefused() throws Exception {
        var machine = RpmRoot.in(folder);
        machine.install(
                machine.build("systemd", "1", List.of("Requires: libneeded.so.1()(64bit)"), "/usr/lib/systemd/systemd"),
                machine.build(
                        "needed-libs",
                        "1",
                        List.of("Provides: libneeded.so.1()(64bit)", "Requires: /usr/bin/interpreter"),
                        "/usr/lib64/libneeded.so.1"),
                machine.build("interpreter", "1", List.of(), "/usr/bin/interpreter"),
                machine.build(
                        "site-tool", "1", List.of("Requires: systemd", "Requires: /nowhere"), "/usr/bin/site-tool"),
                machine.build("game", "1", List.of("Requires: systemd"), "/usr/games/game"));
        try (var stage = new Stage(folder)) {
            stage.write("etc/dnf/protected.d/site.conf", "site-tool\n");

            assertThat(refusal(stage, "usr/lib/systemd/systemd"))
                    .contains("it belongs to the package systemd, without which");
            assertThat(refusal(stage, "usr/lib64/libneeded.so.1")).contains("the package needed-libs");
            assertThat(refusal(stage, "usr/bin/interpreter")).contains("the package interpreter");
            assertThat(refusal(stage, "usr/bin/site-tool")).contains("the package site-tool");

            var game = stage.root.resolve("usr/games/game");
            assertThat(stage.quarantine(Stage.sha1(game)).getResult()).isEqualTo(Result.RESULT_SUCCEEDED);
            assertThat(game).doesNotExist();

            machine.erase("site-tool");
            var copy = stage.write("tmp/site-tool", RpmRoot.content("site-tool", "1"));
            assertThat(stage.quarantine(Stage.sha1(copy)).getResult())
                    .as("of no package any more")
                    .isEqualTo(Result.RESULT_SUCCEEDED);
        }
    }

    private static String refusal(Stage stage, String path) throws Exception {
        var file = stage.root.resolve(path);
        var outcome = stage.quarantine(Stage.sha1(file));
        assertThat(outcome.getResult()).isEqualTo(Result.RESULT_FAILED);
        assertThat(Files.exists(file)).as(path).isTrue();
        return outcome.getMessage();
    }
}
