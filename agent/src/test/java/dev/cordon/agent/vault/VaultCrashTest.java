package dev.cordon.agent.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ends the process at every single system call of taking and giving back, before and behind it, and fails every single
 * one: the file is in its place or in the vault, whole and with everything it had, never in neither, and after the next
 * start never in both.
 */
final class VaultCrashTest {

    private static final FileCalls CALLS = new LinuxFileCalls();
    private static final Reason REASON = new Reason("action-1", "test");
    private static final int EIO = 5;
    private static final byte[] CONTENT = Specimen.bytes(70_000, 11);
    private static final String LINES = "one\ntwo\nthree\n";

    @TempDir
    private Path temporary;

    private PrivateMount memory;
    private Path folder;

    private int round;
    private Path state;
    private RawPath place;

    /** What is done to the vault, and what may have to be done first. */
    private interface Deed {
        void run(Vault vault) throws VaultException, IOException;
    }

    @BeforeEach
    void mount() throws Exception {
        folder = temporary.resolve("memory");
        memory = PrivateMount.tmpfs(folder, "128m");
        stage();
    }

    @AfterEach
    void unmount() throws Exception {
        memory.close();
    }

    private void stage() throws IOException {
        round++;
        state = Files.createDirectory(folder.resolve("state" + round));
        place = RawPath.of(
                Files.createDirectory(folder.resolve("place" + round)).resolve("evil"));
    }

    private Vault open(FileCalls calls) throws IOException {
        return Vault.open(state, calls, InstantSource.system(), Log.silent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesAtAnyCallOfTakingThenTheFileIsInItsPlaceOrInTheVault(boolean behind) throws Exception {
        int deaths = 0;
        for (int at = 0; ; at++) {
            stage();
            Specimen.make(CALLS, place, CONTENT);
            var original = Specimen.at(CALLS, place);
            var death = new InterposedCalls.Death(at, behind);
            die(death, vault -> vault.take(place, Specimen.sha256(CONTENT), REASON));
            if (!death.happened()) {
                break;
            }
            deaths++;
            requireOneWhole(original, "death at call " + at);
            finishAndRestore(original);
        }
        assertThat(deaths).isGreaterThan(40);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesAtAnyCallOfRestoringThenTheFileIsInItsPlaceOrInTheVault(boolean behind) throws Exception {
        for (var calls : List.of(CALLS, InterposedCalls.withoutUnnamed(CALLS), InterposedCalls.ofNetwork(CALLS))) {
            int deaths = 0;
            for (int at = 0; ; at++) {
                stage();
                Specimen.make(CALLS, place, CONTENT);
                var original = Specimen.at(CALLS, place);
                String id;
                try (var vault = open(CALLS)) {
                    id = vault.take(place, null, REASON).entry().id();
                }
                var death = new InterposedCalls.Death(at, behind);
                die(calls, death, vault -> vault.restore(id));
                if (!death.happened()) {
                    break;
                }
                deaths++;
                requireOneWhole(original, "death at call " + at);
                finishAndRestore(original);
            }
            assertThat(deaths).isGreaterThan(40);
        }
    }

    @Test
    void whenAnyCallOfTakingFailsThenTheFileIsInItsPlaceOrInTheVault() throws Exception {
        for (int at = 0; ; at++) {
            stage();
            Specimen.make(CALLS, place, CONTENT);
            var original = Specimen.at(CALLS, place);
            var failure = new InterposedCalls.Failure(at, EIO);
            try (var vault = open(InterposedCalls.of(CALLS, failure, (name, arguments) -> {}))) {
                vault.take(place, Specimen.sha256(CONTENT), REASON);
                assertThat(Specimen.at(CALLS, place)).isEmpty();
            } catch (VaultException | IOException e) {
                assertThat(failure.happened()).isTrue();
                assertThat(Specimen.at(CALLS, place)).as("call %d: %s", at, e).isEqualTo(original);
            }
            if (!failure.happened()) {
                break;
            }
            requireOneWhole(original, "failure at call " + at);
            finishAndRestore(original);
        }
    }

    @Test
    void whenAnyCallOfRestoringFailsThenTheFileIsInItsPlaceOrInTheVault() throws Exception {
        for (int at = 0; ; at++) {
            stage();
            Specimen.make(CALLS, place, CONTENT);
            var original = Specimen.at(CALLS, place);
            String id;
            try (var vault = open(CALLS)) {
                id = vault.take(place, null, REASON).entry().id();
            }
            var failure = new InterposedCalls.Failure(at, FileCallException.ENOSPC);
            try (var vault = open(InterposedCalls.of(CALLS, failure, (name, arguments) -> {}))) {
                vault.restore(id);
                assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
            } catch (VaultException | IOException e) {
                assertThat(failure.happened()).isTrue();
            }
            if (!failure.happened()) {
                break;
            }
            requireOneWhole(original, "failure at call " + at);
            finishAndRestore(original);
        }
    }

    @Test
    void whenTheProcessDiesWhileAnImmutableFileIsTakenThenItIsImmutableInItsPlaceAgain() throws Exception {
        try (var mount = PrivateMount.ext4(temporary.resolve("mount"), 32)) {
            for (int at = 0; ; at++) {
                stage();
                place = RawPath.of(mount.path().resolve("evil" + at));
                Specimen.make(CALLS, place, new byte[] {1});
                Shell.run("chattr +i '" + place + "'");
                var original = Specimen.at(CALLS, place);
                var death = new InterposedCalls.Death(at, true);
                die(death, vault -> vault.take(place, null, REASON));
                if (!death.happened()) {
                    break;
                }
                requireOneWhole(original, "death at call " + at);
                Shell.run("chattr -i '" + place + "' || true");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesWhileLinesAreCommentedOutThenTheFileIsWholeEitherWay(boolean behind) throws Exception {
        for (int at = 0; ; at++) {
            stage();
            Files.writeString(path(), LINES);
            var original = Specimen.at(CALLS, place);
            var death = new InterposedCalls.Death(at, behind);
            die(death, vault -> vault.commentOut(place, List.of("two\n".getBytes()), REASON));
            if (!death.happened()) {
                break;
            }
            requireLinesAgree(original);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesWhileLinesComeBackThenTheFileIsWholeEitherWay(boolean behind) throws Exception {
        for (int at = 0; ; at++) {
            stage();
            Files.writeString(path(), LINES);
            var original = Specimen.at(CALLS, place);
            String id;
            try (var vault = open(CALLS)) {
                id = vault.commentOut(place, List.of("two\n".getBytes()), REASON)
                        .id();
            }
            var death = new InterposedCalls.Death(at, behind);
            die(death, vault -> vault.restore(id));
            if (!death.happened()) {
                break;
            }
            requireLinesAgree(original);
        }
    }

    private void requireLinesAgree(Optional<Specimen> original) throws Exception {
        try (var vault = open(CALLS)) {
            if (vault.ids().isEmpty()) {
                assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
            } else {
                assertThat(Files.readString(path()))
                        .contains("# two\n")
                        .startsWith("one\n")
                        .endsWith("three\n");
                vault.restore(vault.ids().getFirst());
                assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
            }
        }
        assertThat(Shell.run("ls -A '" + place.parent() + "'")).isEqualTo("evil\n");
    }

    private void die(InterposedCalls.Death death, Deed deed) {
        die(CALLS, death, deed);
    }

    private void die(FileCalls calls, InterposedCalls.Death death, Deed deed) {
        try (var vault = open(InterposedCalls.of(calls, death, death))) {
            deed.run(vault);
        } catch (InterposedCalls.Killed e) {
            // as wished
        } catch (VaultException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Right after the crash the file is somewhere; after the next start it is in exactly one place, and whole there. */
    private void requireOneWhole(Optional<Specimen> original, String when) throws Exception {
        boolean before = Specimen.at(CALLS, place).isPresent();
        try (var vault = open(CALLS)) {
            boolean inPlace = Specimen.at(CALLS, place).isPresent();
            assertThat(inPlace).as(when + ": a start moves nothing").isEqualTo(before);
            assertThat(vault.ids()).as(when + ": in exactly one place").hasSize(inPlace ? 0 : 1);
            if (inPlace) {
                assertThat(Specimen.at(CALLS, place)).as(when).isEqualTo(original);
            }
        }
        assertThat(Shell.run("ls -A '" + place.parent() + "' | grep -F .cordon- || true"))
                .as(when)
                .isEmpty();
    }

    private void finishAndRestore(Optional<Specimen> original) throws Exception {
        try (var vault = open(CALLS)) {
            if (vault.ids().isEmpty()) {
                vault.take(place, Specimen.sha256(CONTENT), REASON);
            }
            vault.restore(vault.ids().getFirst());
            assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
        }
    }

    private Path path() {
        return Path.of(place.toString());
    }
}
