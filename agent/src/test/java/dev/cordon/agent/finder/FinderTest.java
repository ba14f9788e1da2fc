package dev.cordon.agent.finder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.InterposedCalls;
import dev.cordon.agent.files.PrivateMount;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.files.Shell;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.linux.files.LinuxFileCalls;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is found by its hash wherever it is, and nothing it meets on the way holds the search up. */
final class FinderTest {

    private static final FileCalls CALLS = new LinuxFileCalls();
    private static final byte[] EVIL = "this is the file that is looked for".getBytes(StandardCharsets.UTF_8);
    /** Late enough that the index takes files that were written just now. */
    private static final InstantSource LATER = () -> Instant.now().plusSeconds(3_600);

    private static final Watch PATIENT = new Watch() {
        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(int percent, String doing) {}
    };

    @TempDir
    private Path folder;

    private Path state;
    private Path disk;

    @BeforeEach
    void prepare() throws IOException {
        state = Files.createDirectory(folder.resolve("state"));
        disk = Files.createDirectory(folder.resolve("disk"));
    }

    private static FileHash hash(String algorithm, byte[] content) {
        try {
            return FileHash.of(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private Finder open() throws IOException {
        return open(CALLS, Limits.USUAL);
    }

    private Finder open(FileCalls calls, Limits limits) throws IOException {
        return Finder.open(state, calls, LATER, limits, Log.silent());
    }

    private Search swept(Finder finder, FileHash wanted) throws InterruptedException {
        var search = finder.search(wanted, PATIENT);
        search.sweep(List.of(RawPath.of(disk)), Set.of());
        return search;
    }

    private static List<String> paths(Search search) {
        return search.places().stream().map(place -> place.path().toString()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"MD5", "SHA-1", "SHA-256"})
    void whenItIsAtSeveralPlacesThenAllOfThemAreFound(String algorithm) throws Exception {
        Files.createDirectories(disk.resolve("a/b/c"));
        Files.write(disk.resolve("a/b/c/evil"), EVIL);
        Files.write(disk.resolve("a/other name"), EVIL);
        Files.write(disk.resolve("harmless"), "something else".getBytes(StandardCharsets.UTF_8));
        Files.write(disk.resolve("same size"), "that is the file that is looked for".getBytes(StandardCharsets.UTF_8));
        Shell.run("cd '" + disk + "'; ln a/b/c/evil hard; ln -s a/b/c/evil soft; ln -s . loop; mkfifo fifo");
        try (var finder = open()) {
            var search = swept(finder, hash(algorithm, EVIL));
            assertThat(paths(search)).containsExactly(disk + "/a/b/c/evil", disk + "/a/other name", disk + "/hard");
            assertThat(search.shortcomings()).isEmpty();
        }
    }

    @Test
    void whenTheNamesAreNoTextThenTheyAreFoundByte() throws Exception {
        Shell.run("cd '" + disk + "'; printf '%s' '" + new String(EVIL, StandardCharsets.UTF_8)
                + "' > $'new\\nline\\xff\\x1b[2J'");
        try (var finder = open()) {
            var places = swept(finder, hash("SHA-1", EVIL)).places();
            assertThat(places).hasSize(1);
            assertThat(places.getFirst().path().name())
                    .isEqualTo(new byte[] {'n', 'e', 'w', '\n', 'l', 'i', 'n', 'e', (byte) 0xff, 27, '[', '2', 'J'});
            assertThat(paths(swept(finder, hash("SHA-1", EVIL)))).containsExactly(disk + "/new\\x0Aline\\xFF\\x1B[2J");
        }
    }

    @Test
    void whenItIsSearchedAgainThenNothingIsReadTwice() throws Exception {
        Files.write(disk.resolve("large"), new byte[1 << 20]);
        Files.write(disk.resolve("evil"), EVIL);
        var absent = hash("SHA-1", new byte[7]);
        try (var finder = open()) {
            assertThat(swept(finder, absent).bytes()).isEqualTo((1 << 20) + EVIL.length);
        }
        try (var finder = open()) {
            var again = swept(finder, absent);
            assertThat(again.bytes()).isZero();
            assertThat(again.files()).isEqualTo(4);
            assertThat(paths(swept(finder, hash("SHA-1", EVIL)))).containsExactly(disk + "/evil");
        }
    }

    @Test
    void whenAFileWasChangedThenTheIndexDoesNotKnowItAnyMore() throws Exception {
        var file = Files.write(disk.resolve("file"), "something of the same length as evil".getBytes());
        Files.write(file, new byte[EVIL.length]);
        try (var finder = open()) {
            assertThat(swept(finder, hash("SHA-1", EVIL)).places()).isEmpty();
            var time = Files.getLastModifiedTime(file);
            Files.write(file, EVIL);
            Files.setLastModifiedTime(file, time);
            assertThat(paths(swept(finder, hash("SHA-1", EVIL)))).containsExactly(file.toString());
        }
    }

    @Test
    void whenTheIndexIsDamagedThenItIsOnlySlower() throws Exception {
        Files.write(disk.resolve("evil"), EVIL);
        try (var finder = open()) {
            swept(finder, hash("SHA-1", new byte[1]));
        }
        var index = state.resolve("hash-index");
        byte[] bytes = Files.readAllBytes(index);
        for (int i = 20; i < bytes.length; i += 97) {
            bytes[i] ^= 0x55;
        }
        Files.write(index, bytes);
        try (var finder = open()) {
            assertThat(paths(swept(finder, hash("SHA-1", EVIL)))).containsExactly(disk + "/evil");
        }
    }

    @Test
    void whenAFileChangedAMomentAgoThenItIsNotRemembered() throws Exception {
        Files.write(disk.resolve("evil"), EVIL);
        for (var clock : List.of(InstantSource.system(), InstantSource.fixed(Instant.EPOCH))) {
            try (var finder = Finder.open(state, CALLS, clock, Limits.USUAL, Log.silent())) {
                swept(finder, hash("SHA-1", new byte[1]));
                assertThat(swept(finder, hash("SHA-1", new byte[2])).bytes()).isEqualTo(EVIL.length);
            }
        }
    }

    @Test
    void whenOneCopyIsKnownThenOnlyFilesOfItsSizeAreRead() throws Exception {
        Files.write(disk.resolve("large"), new byte[1 << 20]);
        Files.write(disk.resolve("copy"), EVIL);
        var known = Files.write(folder.resolve("known"), EVIL);
        try (var finder = open()) {
            var search = finder.search(hash("SHA-1", EVIL), PATIENT);
            assertThat(search.lookAt(RawPath.of(known))).isTrue();
            search.sweep(List.of(RawPath.of(disk)), Set.of());
            assertThat(search.bytes()).isEqualTo(2L * EVIL.length);
            assertThat(paths(search)).containsExactlyInAnyOrder(known.toString(), disk + "/copy");
        }
    }

    @Test
    void whenAGivenPathIsALinkThenTheFileIsNotedUnderItsOwnName() throws Exception {
        Files.write(disk.resolve("evil"), EVIL);
        Shell.run("ln -s disk '" + folder + "/link'; ln -s '" + disk + "/evil' '" + folder + "/soft'");
        try (var finder = open()) {
            var search = finder.search(hash("SHA-1", EVIL), PATIENT);
            assertThat(search.lookAt(RawPath.of(folder.resolve("link/evil")))).isTrue();
            assertThat(search.lookAt(RawPath.of(folder.resolve("soft")))).isTrue();
            assertThat(search.lookAt(RawPath.of(folder))).isFalse();
            assertThat(search.lookAt(RawPath.of(folder.resolve("absent")))).isFalse();
            assertThat(paths(search)).containsExactly(disk + "/evil");
        }
    }

    @Test
    void whenAFolderIsSparedOrAnotherFileSystemThenItIsNotEntered() throws Exception {
        Files.createDirectories(disk.resolve("vault"));
        Files.write(disk.resolve("vault/evil"), EVIL);
        try (var mount = PrivateMount.tmpfs(disk.resolve("mount"), "1m");
                var finder = open()) {
            Files.write(mount.path().resolve("evil"), EVIL);
            var search = finder.search(hash("SHA-1", EVIL), PATIENT);
            search.sweep(List.of(RawPath.of(disk)), Set.of(RawPath.of(disk.resolve("vault"))));
            assertThat(paths(search)).isEmpty();
            search.sweep(List.of(RawPath.of(mount.path())), Set.of());
            assertThat(paths(search)).containsExactly(mount.path() + "/evil");
        }
    }

    @Test
    void whenFilesVanishGrowOrFailWhileTheyAreSearchedThenTheRestIsStillFound() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.write(disk.resolve("file" + i), new byte[100 + i]);
        }
        Files.write(disk.resolve("evil"), EVIL);
        var opened = new int[1];
        var hostile = InterposedCalls.of(
                CALLS,
                (name, arguments) -> {
                    if (name.equals("openFile")) {
                        disturb(opened[0]++);
                    }
                },
                (name, arguments) -> {});
        try (var finder = open(hostile, Limits.USUAL)) {
            assertThat(paths(swept(finder, hash("SHA-1", EVIL)))).containsExactly(disk + "/evil");
        }
    }

    private void disturb(int count) {
        try {
            if (count % 2 == 0) {
                Files.deleteIfExists(disk.resolve("file" + count));
            } else if (Files.exists(disk.resolve("file" + count))) {
                Files.write(disk.resolve("file" + count), new byte[5000], java.nio.file.StandardOpenOption.APPEND);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whenAFileHasTwentyGigabytesThenASearchInItEndsAtOnceWhenItIsCancelled() throws Exception {
        Shell.run("truncate -s 20G '" + disk + "/huge'");
        var asked = new int[1];
        try (var finder = open()) {
            var search = finder.search(hash("SHA-1", EVIL), new Watch() {
                @Override
                public boolean cancelled() {
                    return asked[0]++ > 20;
                }

                @Override
                public void progress(int percent, String doing) {}
            });
            assertThatThrownBy(() -> search.sweep(List.of(RawPath.of(disk)), Set.of()))
                    .isInstanceOf(InterruptedException.class);
            assertThat(asked[0]).isLessThan(100);
        }
    }

    @Test
    void whenALimitIsReachedThenTheSearchSaysWhatItDidNotLookAt() throws Exception {
        Files.write(disk.resolve("large"), new byte[2000]);
        try (var finder = open(CALLS, new Limits(Duration.ofMinutes(1), 1L << 30, 1_000, 10))) {
            assertThat(swept(finder, hash("SHA-1", EVIL)).shortcomings())
                    .singleElement()
                    .asString()
                    .contains("were not read");
        }
        try (var finder = open(CALLS, new Limits(Duration.ofMinutes(1), 100, 1 << 20, 10))) {
            assertThat(swept(finder, hash("SHA-1", EVIL)).shortcomings())
                    .singleElement()
                    .asString()
                    .contains("run the action again");
        }
        for (int i = 0; i < 5; i++) {
            Files.write(disk.resolve("evil" + i), EVIL);
        }
        try (var finder = open(CALLS, new Limits(Duration.ofMinutes(1), 1L << 30, 1 << 20, 3))) {
            var search = swept(finder, hash("SHA-1", EVIL));
            assertThat(search.places()).hasSize(3);
            assertThat(search.shortcomings()).singleElement().asString().contains("more than 3 places");
        }
    }

    @Test
    void whenTheClockJumpsThenTheSearchGoesOn() throws Exception {
        for (int i = 0; i < 600; i++) {
            Files.write(disk.resolve("file" + i), new byte[1]);
        }
        Files.write(disk.resolve("evil"), EVIL);
        var days = new AtomicInteger();
        InstantSource jumping = () -> Instant.now().plus(Duration.ofDays(days.getAndIncrement()));
        try (var finder = Finder.open(state, CALLS, jumping, Limits.USUAL, Log.silent())) {
            var search = swept(finder, hash("SHA-1", EVIL));
            assertThat(paths(search)).containsExactly(disk + "/evil");
            assertThat(search.shortcomings()).isEmpty();
        }
    }

    @Test
    void whenTheTreeIsDeepThenItIsWalkedToItsEnd() throws Exception {
        var script = "cd '" + disk
                + "'; for i in $(seq 300); do mkdir a-rather-long-name-for-a-folder; cd a-rather-long-name-for-a-folder; done; printf '%s' '"
                + new String(EVIL, StandardCharsets.UTF_8) + "' > evil";
        Shell.run(script);
        try (var finder = open()) {
            var search = swept(finder, hash("SHA-1", EVIL));
            assertThat(search.places()).hasSize(1);
            assertThat(search.places().getFirst().path().components().size()).isGreaterThan(300);
        } finally {
            Shell.run("rm -rf '" + disk + "'");
        }
    }
}
