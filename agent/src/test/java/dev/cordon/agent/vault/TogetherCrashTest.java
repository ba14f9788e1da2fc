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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many files that are taken and given back together: the process ends at every single system call, before and behind it,
 * and every single one fails. Each file is in its place or in the vault, whole, never in neither, and after the next start
 * never in both.
 */
final class TogetherCrashTest {

    private static final FileCalls CALLS = new LinuxFileCalls();
    private static final Reason REASON = new Reason("action-1", "test");
    private static final int EIO = 5;
    private static final int FILES = 4;
    private static final byte[] CONTENT = Specimen.bytes(700, 12);

    @TempDir
    private Path temporary;

    private PrivateMount memory;
    private Path folder;
    private int round;
    private Path state = Path.of("none");
    private List<RawPath> places = List.of();
    private List<Optional<Specimen>> originals = List.of();

    @BeforeEach
    void mount() throws Exception {
        folder = temporary.resolve("memory");
        memory = PrivateMount.tmpfs(folder, "128m");
    }

    @AfterEach
    void unmount() throws Exception {
        memory.close();
    }

    /** Files in two folders. */
    private void stage() throws Exception {
        round++;
        state = Files.createDirectory(folder.resolve("state" + round));
        places = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            var above = Files.createDirectories(folder.resolve("place" + round + "/" + i % 2));
            var place = RawPath.of(above.resolve("evil" + i));
            Specimen.make(CALLS, place, CONTENT);
            places.add(place);
        }
        originals = specimens();
    }

    /** What is at the places now. */
    private List<Optional<Specimen>> specimens() throws IOException {
        List<Optional<Specimen>> specimens = new ArrayList<>();
        for (var place : places) {
            specimens.add(Specimen.at(CALLS, place));
        }
        return specimens;
    }

    private Vault open(FileCalls calls) throws IOException {
        return Vault.open(state, calls, InstantSource.system(), Log.silent());
    }

    private static List<Attempt<Vault.Taken>> take(Vault vault, List<RawPath> places) {
        return vault.takeNext(places, Specimen.sha256(CONTENT), REASON);
    }

    private List<String> takeAll() throws Exception {
        try (var vault = open(CALLS)) {
            var attempts = take(vault, places);
            assertThat(attempts).hasSize(FILES).allMatch(attempt -> attempt.problem() == null);
            return vault.ids();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesAtAnyCallOfTakingThenEachFileIsInItsPlaceOrInTheVault(boolean behind) throws Exception {
        int deaths = 0;
        for (int at = 0; ; at++) {
            stage();
            var death = new InterposedCalls.Death(at, behind);
            try (var vault = open(InterposedCalls.of(CALLS, death, death))) {
                take(vault, places);
            } catch (InterposedCalls.Killed e) {
                deaths++;
            }
            requireEachWhole("death at call " + at);
            if (!death.happened()) {
                break;
            }
        }
        assertThat(deaths).isGreaterThan(80);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whenTheProcessDiesAtAnyCallOfRestoringThenEachFileIsInItsPlaceOrInTheVault(boolean behind) throws Exception {
        int deaths = 0;
        for (int at = 0; ; at++) {
            stage();
            var ids = takeAll();
            var death = new InterposedCalls.Death(at, behind);
            try (var vault = open(InterposedCalls.of(CALLS, death, death))) {
                vault.restoreNext(ids);
            } catch (InterposedCalls.Killed e) {
                deaths++;
            }
            requireEachWhole("death at call " + at);
            if (!death.happened()) {
                break;
            }
        }
        assertThat(deaths).isGreaterThan(80);
    }

    @ParameterizedTest
    @ValueSource(ints = {EIO, FileCallException.ENOSPC})
    void whenAnyCallOfTakingFailsThenEachFileIsInItsPlaceOrInTheVaultAsItsResultSays(int error) throws Exception {
        for (int at = 0; ; at++) {
            stage();
            var failure = new InterposedCalls.Failure(at, error);
            try (var vault = open(InterposedCalls.of(CALLS, failure, (name, arguments) -> {}))) {
                var attempts = take(vault, places);
                for (int i = 0; i < attempts.size(); i++) {
                    var expected = attempts.get(i).problem() == null ? Optional.empty() : originals.get(i);
                    assertThat(Specimen.at(CALLS, places.get(i)))
                            .as("call %d: %s", at, attempts.get(i).problem())
                            .isEqualTo(expected);
                }
            } catch (IOException e) {
                assertThat(failure.happened()).isTrue();
            }
            requireEachWhole("failure at call " + at);
            if (!failure.happened()) {
                break;
            }
        }
    }

    @Test
    void whenAnyCallOfRestoringFailsThenEachFileIsInItsPlaceOrInTheVault() throws Exception {
        for (int at = 0; ; at++) {
            stage();
            var ids = takeAll();
            var failure = new InterposedCalls.Failure(at, EIO);
            try (var vault = open(InterposedCalls.of(CALLS, failure, (name, arguments) -> {}))) {
                var attempts = vault.restoreNext(ids);
                assertThat(failure.happened() || attempts.stream().allMatch(attempt -> attempt.problem() == null))
                        .isTrue();
            } catch (IOException e) {
                assertThat(failure.happened()).isTrue();
            }
            requireEachWhole("failure at call " + at);
            if (!failure.happened()) {
                break;
            }
        }
    }

    @Test
    void whenManyAreTakenAndGivenBackThenTheDiskIsWaitedForAFewTimes() throws Exception {
        stage();
        var waits = new AtomicInteger();
        var counting = InterposedCalls.of(
                CALLS,
                (name, arguments) -> {
                    if (name.startsWith("sync")) {
                        waits.incrementAndGet();
                    }
                },
                (name, arguments) -> {});
        try (var vault = open(counting)) {
            waits.set(0);
            take(vault, places);
            assertThat(waits.get())
                    .as("two folders, the vault's and its contents")
                    .isLessThanOrEqualTo(5);
            waits.set(0);
            vault.restoreNext(vault.ids());
            assertThat(waits.get()).isLessThanOrEqualTo(5);
        }
        requireEachWhole("taken and given back");
    }

    @Test
    void whenSomeCannotBeTakenOrGivenBackThenTheOthersAre() throws Exception {
        stage();
        Files.writeString(Path.of(places.get(1).toString()), "other content");
        Files.delete(Path.of(places.get(3).toString()));
        try (var vault = open(CALLS)) {
            var attempts = take(vault, places);
            assertThat(attempts.stream().map(attempt -> attempt.problem() == null))
                    .containsExactly(true, false, true, false);
            assertThat(vault.ids()).hasSize(2);

            Specimen.make(CALLS, places.get(3), CONTENT);
            take(vault, List.of(places.get(3)));
            Files.writeString(Path.of(places.get(2).toString()), "somebody else's");
            int back = 0;
            for (var ids = new ArrayList<>(vault.ids()); !ids.isEmpty(); ) {
                var given = vault.restoreNext(ids);
                back += (int) given.stream()
                        .filter(attempt -> attempt.problem() == null)
                        .count();
                ids.subList(0, given.size()).clear();
            }
            assertThat(back).isEqualTo(2);
            assertThat(vault.ids()).hasSize(1);
            assertThat(Files.readString(Path.of(places.get(2).toString()))).isEqualTo("somebody else's");
        }
    }

    /** Right after the crash each is somewhere; after the next start in exactly one place, and whole when it is back. */
    private void requireEachWhole(String when) throws Exception {
        var before = specimens();
        try (var vault = open(CALLS)) {
            assertThat(specimens()).as(when + ": a start moves nothing").isEqualTo(before);
            var kept = new HashSet<RawPath>();
            for (var id : vault.ids()) {
                assertThat(kept.add(vault.entry(id).path())).as(when).isTrue();
            }
            for (int i = 0; i < FILES; i++) {
                assertThat(before.get(i).isPresent())
                        .as(when + ": in exactly one place")
                        .isNotEqualTo(kept.contains(places.get(i)));
            }
            for (var ids = new ArrayList<>(vault.ids()); !ids.isEmpty(); ) {
                ids.subList(0, vault.restoreNext(ids).size()).clear();
            }
            assertThat(specimens()).as(when).isEqualTo(originals);
        }
        assertThat(Shell.run("ls -A '" + state + "/vault'")).as(when).isEqualTo("key\n");
    }
}
