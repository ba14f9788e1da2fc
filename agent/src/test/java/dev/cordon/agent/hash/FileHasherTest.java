package dev.cordon.agent.hash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class FileHasherTest {

    private static final Set<HashAlgorithm> ALL = EnumSet.allOf(HashAlgorithm.class);

    @TempDir
    Path folder;

    @Test
    void whenTheContentIsKnownThenBothWaysGiveTheKnownHashes() throws Exception {
        Path file = Files.writeString(folder.resolve("abc"), "abc");

        try (var fast = FileHasher.open();
                var runtime = FileHasher.ofRuntime()) {
            var expected = new Hashes(
                    3,
                    java.util.List.of(
                            FileHash.parse("900150983cd24fb0d6963f7d28e17f72"),
                            FileHash.parse("a9993e364706816aba3e25717850c26c9cd0d89d"),
                            FileHash.parse("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")));
            assertThat(fast.hash(file, ALL, FileHasher.NO_LIMIT)).isEqualTo(expected);
            assertThat(runtime.hash(file, ALL, FileHasher.NO_LIMIT)).isEqualTo(expected);
        }
    }

    @Test
    void whenFilesHaveSizesAroundTheBufferThenBothWaysAgreeForPathDescriptorAndChannel() throws Exception {
        var random = new Random(7);
        try (var fast = FileHasher.open();
                var runtime = FileHasher.ofRuntime()) {
            for (int size : new int[] {
                0, 1, 262_143, 262_144, 262_145, 1_000_003, 3_145_729, 3_407_871, 3_407_872, 3_407_873, 8_388_608,
                9_000_001
            }) {
                var content = new byte[size];
                random.nextBytes(content);
                Path file = Files.write(folder.resolve("f" + size), content);
                var hashes = fast.hash(file, ALL, size);

                assertThat(runtime.hash(file, ALL, size)).isEqualTo(hashes);
                assertThat(hashes.size()).isEqualTo(size);
                try (var channel = FileChannel.open(file)) {
                    assertThat(fast.hash(channel, ALL, size)).isEqualTo(hashes);
                    assertThat(channel.position()).isZero();
                }
                assertThat(fast.hash(file, EnumSet.of(HashAlgorithm.SHA256), size)
                                .values())
                        .containsExactly(hashes.sha256());
                assertThat(hashes.matches(hashes.of(HashAlgorithm.SHA1).orElseThrow()))
                        .isTrue();
            }
        }
    }

    @Test
    void whenTheFileIsLargerThanTheLimitThenItIsNotReadToItsEnd() throws Exception {
        Path file = Files.write(folder.resolve("large"), new byte[600_000]);

        try (var hasher = FileHasher.open()) {
            assertThatThrownBy(() -> hasher.hash(file, ALL, 599_999)).isInstanceOf(IOException.class);
            assertThat(hasher.hash(file, ALL, 600_000).size()).isEqualTo(600_000);
        }
    }

    @Test
    void whenTheNameIsMissingOrAFifoOrAFolderThenItFailsAtOnce() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();

        try (var hasher = FileHasher.open()) {
            assertThatThrownBy(() -> hasher.hash(folder.resolve("none"), ALL, 10))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> hasher.hash(fifo, ALL, 10)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> hasher.hash(folder, ALL, 10)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void whenTheNameHasOddCharactersThenTheFileIsFound() throws Exception {
        Path file = Files.writeString(folder.resolve("a b%41\n\u001b[31mé"), "abc");

        try (var hasher = FileHasher.open()) {
            assertThat(hasher.hash(file, EnumSet.of(HashAlgorithm.MD5), 10).values())
                    .containsExactly(FileHash.parse("900150983cd24fb0d6963f7d28e17f72"));
        }
    }

    @Test
    void whenTheThreadIsInterruptedThenHashingEndsAndTheHasherCanBeUsedAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("abc"), "abc");

        try (var hasher = FileHasher.open()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> hasher.hash(file, ALL, 10)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(hasher.hash(file, ALL, 10).size()).isEqualTo(3);
        }
    }

    @Test
    void whenAHashIsReadThenItsLengthSaysWhatItIs() {
        assertThat(FileHash.parse("A9993E364706816ABA3E25717850C26C9CD0D89D"))
                .isEqualTo(FileHash.parse("a9993e364706816aba3e25717850c26c9cd0d89d"))
                .hasToString("a9993e364706816aba3e25717850c26c9cd0d89d");
        assertThat(FileHash.of(new byte[32]).algorithm()).isEqualTo(HashAlgorithm.SHA256);
        assertThatThrownBy(() -> FileHash.of("abc".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
