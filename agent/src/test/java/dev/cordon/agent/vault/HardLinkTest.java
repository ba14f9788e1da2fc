package dev.cordon.agent.vault;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of one file come back as names of one file, whenever and in whatever order; or it is told why not. */
final class HardLinkTest {

    private static final FileCalls CALLS = new LinuxFileCalls();
    private static final Reason REASON = new Reason("action-1", "test");
    private static final int NO_SPACE = 28;

    @TempDir
    private Path temporary;

    private PrivateMount disk;
    private Path state;
    private Path folder;
    private int round;

    @BeforeEach
    void mount() throws Exception {
        disk = PrivateMount.tmpfs(temporary.resolve("disk"), "64m");
        stage();
    }

    @AfterEach
    void unmount() throws Exception {
        disk.close();
    }

    private void stage() throws IOException {
        round++;
        state = Files.createDirectory(disk.path().resolve("state" + round));
        folder = Files.createDirectories(disk.path().resolve("place" + round));
        Files.createDirectory(folder.resolve("other"));
    }

    private Vault open(FileCalls calls) throws IOException {
        return Vault.open(state, calls, InstantSource.system(), Log.silent());
    }

    private List<RawPath> names() {
        return List.of(place("a"), place("b"), place("other/c"));
    }

    private RawPath place(String name) {
        return RawPath.of(folder.resolve(name));
    }

    /** Three names of one file, and how it looks. */
    private Optional<Specimen> make() throws Exception {
        Specimen.make(CALLS, place("a"), Specimen.bytes(5_000, 3));
        Shell.run("cd '" + folder + "' && ln a b && ln a other/c");
        return Specimen.at(CALLS, place("a"));
    }

    /** The ids in the order of the names. */
    private static List<String> take(Vault vault, List<RawPath> places) throws Exception {
        List<String> ids = new ArrayList<>();
        for (var place : places) {
            ids.add(vault.take(place, null, REASON).entry().id());
        }
        return ids;
    }

    /** Links and inode numbers of these names, without repetitions. */
    private List<String> inodes() throws Exception {
        return Shell.run("cd '" + folder + "' && stat -c '%h %i' a b other/c")
                .lines()
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"012", "210", "102"})
    void whenAllNamesComeBackThenTheyAreOneFileAgainInWhateverOrder(String order) throws Exception {
        var original = make();
        List<String> ids;
        try (var vault = open(CALLS)) {
            ids = take(vault, names());
        }
        for (int i = 0; i < order.length(); i++) {
            // each by another process
            try (var vault = open(CALLS)) {
                assertThat(vault.restore(ids.get(order.charAt(i) - '0'))).isEmpty();
            }
        }
        assertThat(inodes()).singleElement().asString().startsWith("3 ");
        for (var place : names()) {
            assertThat(Specimen.at(CALLS, place)).isEqualTo(original);
        }
        try (var vault = open(CALLS)) {
            assertThat(vault.ids()).isEmpty();
        }
    }

    @Test
    void whenTheFileIsImmutableThenAllItsNamesAreThatFileAgain() throws Exception {
        disk.close();
        disk = PrivateMount.ext4(temporary.resolve("ext4"), 32);
        stage();
        make();
        Shell.run("chattr +i '" + place("a") + "'");
        var original = Specimen.at(CALLS, place("a"));
        try (var vault = open(CALLS)) {
            var ids = take(vault, names().subList(0, 2));
            assertThat(Specimen.at(CALLS, place("other/c")))
                    .as("the name that is left keeps what held it")
                    .isEqualTo(original);
            ids.addAll(take(vault, names().subList(2, 3)));
            for (var id : ids) {
                assertThat(vault.restore(id)).isEmpty();
            }
        }
        assertThat(inodes()).singleElement().asString().startsWith("3 ");
        assertThat(Specimen.at(CALLS, place("b"))).isEqualTo(original);
        Shell.run("chattr -i '" + place("a") + "'");
    }

    @Test
    void whenTheFirstNameWentAwayAgainThenTheOthersAreOneFileAndThatIsTold() throws Exception {
        make();
        try (var vault = open(CALLS)) {
            var ids = take(vault, names());
            vault.restore(ids.get(0));
            Files.delete(folder.resolve("a"));
            assertThat(vault.restore(ids.get(1)))
                    .isEqualTo("it was one file with " + place("a") + " and is a file of its own now: " + place("a")
                            + " is gone again");
            assertThat(vault.restore(ids.get(2))).isEmpty();
        }
        assertThat(Shell.run("cd '" + folder + "' && stat -c %h b other/c")).isEqualTo("2\n2\n");
    }

    @Test
    void whenTheFirstNameWasWrittenToThenTheOtherComesBackAsItWasAndThatIsTold() throws Exception {
        var original = make();
        try (var vault = open(CALLS)) {
            var ids = take(vault, names());
            vault.restore(ids.get(0));
            Files.writeString(folder.resolve("a"), "changed");
            assertThat(vault.restore(ids.get(1))).endsWith("was changed since it came back");
        }
        assertThat(Specimen.at(CALLS, place("b"))).isEqualTo(original);
        assertThat(folder.resolve("a")).hasContent("changed");
    }

    @Test
    void whenAPlaceIsOnAnotherFileSystemByNowThenItIsAFileOfItsOwnAndThatIsTold() throws Exception {
        var original = make();
        List<String> ids;
        try (var vault = open(CALLS)) {
            ids = take(vault, names());
            vault.restore(ids.get(0));
            try (var other = PrivateMount.tmpfs(folder.resolve("other"), "8m")) {
                assertThat(vault.restore(ids.get(2))).endsWith("is on another file system");
                assertThat(Specimen.at(CALLS, place("other/c"))).isEqualTo(original);
                assertThat(other.path().resolve("c")).exists();
            }
        }
    }

    @Test
    void whenItsOtherNamesWereNeverTakenThenThatIsTold() throws Exception {
        make();
        try (var vault = open(CALLS)) {
            var ids = take(vault, names().subList(0, 1));
            assertThat(vault.restore(ids.get(0))).contains("2 more names (hard links), of which none is in the vault");
        }
    }

    @Test
    void whenFilesAreOnlyAlikeThenTheyStayTwoFiles() throws Exception {
        var content = Specimen.bytes(5_000, 3);
        Specimen.make(CALLS, place("a"), content);
        Specimen.make(CALLS, place("b"), content);
        try (var vault = open(CALLS)) {
            for (var id : take(vault, names().subList(0, 2))) {
                assertThat(vault.restore(id)).isEmpty();
            }
        }
        assertThat(Shell.run("cd '" + folder + "' && stat -c %h a b")).isEqualTo("1\n1\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesAtAnyCallOfAnyNameThenTheyAreOneFileInTheEnd(boolean behind) throws Exception {
        int deaths = 0;
        for (int name = 0; name < 2; name++) {
            for (int at = 0; ; at++) {
                stage();
                var original = make();
                List<String> ids;
                try (var vault = open(CALLS)) {
                    ids = take(vault, names());
                    for (int before = 0; before < name; before++) {
                        vault.restore(ids.get(before));
                    }
                }
                var death = new InterposedCalls.Death(at, behind);
                try (var vault = open(InterposedCalls.of(CALLS, death, death))) {
                    vault.restore(ids.get(name));
                } catch (InterposedCalls.Killed e) {
                    deaths++;
                }
                if (!death.happened()) {
                    break;
                }
                requireOneFile(original, ids, "name " + name + ", death at call " + at);
            }
        }
        assertThat(deaths).isGreaterThan(80);
    }

    @Test
    void whenAnyCallFailsThenEachNameIsInItsPlaceOrInTheVault() throws Exception {
        for (int at = 0; ; at++) {
            stage();
            var original = make();
            List<String> ids;
            try (var vault = open(CALLS)) {
                ids = take(vault, names());
                vault.restore(ids.get(0));
            }
            var failure = new InterposedCalls.Failure(at, NO_SPACE);
            try (var vault = open(InterposedCalls.of(CALLS, failure, (name, arguments) -> {}))) {
                vault.restore(ids.get(1));
            } catch (VaultException | IOException e) {
                assertThat(failure.happened()).as("%s", e).isTrue();
            }
            if (!failure.happened()) {
                break;
            }
            try (var vault = open(CALLS)) {
                for (var id : vault.ids()) {
                    vault.restore(id);
                }
            }
            for (var place : names()) {
                assertThat(Specimen.at(CALLS, place))
                        .as("failure at call %d", at)
                        .isEqualTo(original);
            }
        }
    }

    private void requireOneFile(Optional<Specimen> original, List<String> ids, String when) throws Exception {
        try (var vault = open(CALLS)) {
            for (int i = 0; i < ids.size(); i++) {
                boolean inPlace = Specimen.at(CALLS, names().get(i)).isPresent();
                assertThat(vault.ids().contains(ids.get(i)))
                        .as("%s: %s is in one place", when, names().get(i))
                        .isNotEqualTo(inPlace);
            }
            for (var id : vault.ids()) {
                assertThat(vault.restore(id)).as(when).isEmpty();
            }
        }
        for (var place : names()) {
            assertThat(Specimen.at(CALLS, place)).as(when).isEqualTo(original);
        }
        assertThat(inodes()).as(when).singleElement().asString().startsWith("3 ");
    }
}
