package dev.cordon.agent.vault;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ciphers make the same, so that a vault can be read wherever its disk is put. */
final class ChunkCipherTest {

    private static final byte[] KEY = Specimen.bytes(32, 1);
    private static final byte[] NONCE = Specimen.bytes(12, 2);
    private static final byte[] LAST = {1};

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 65_536})
    void whenOneSealsThenTheOtherOpensAndNothingElseIsOpened(int size) throws IOException {
        assumeThat(LibCryptoCipher.library()).isPresent();
        var ciphers =
                new ChunkCipher[] {new JdkCipher(), LibCryptoCipher.library().orElseThrow()};
        for (int i = 0; i < 2; i++) {
            try (var arena = Arena.ofConfined()) {
                byte[] content = Specimen.bytes(size, 3);
                MemorySegment in = arena.allocate(size + 16L);
                MemorySegment.copy(content, 0, in, JAVA_BYTE, 0, size);
                MemorySegment sealed = arena.allocate(size + 16L);
                MemorySegment opened = arena.allocate(size + 16L);
                int length = ciphers[i].seal(KEY, NONCE, LAST, in, size, sealed);
                assertThat(length).isEqualTo(size + 16);

                var other = ciphers[1 - i];
                assertThat(other.open(KEY, NONCE, LAST, sealed, length, opened)).isEqualTo(size);
                assertThat(opened.asSlice(0, size).toArray(JAVA_BYTE)).isEqualTo(content);
                assertThatThrownBy(() -> other.open(KEY, NONCE, new byte[] {0}, sealed, length, opened))
                        .isInstanceOf(IOException.class);
                sealed.set(JAVA_BYTE, length - 1L, (byte) (sealed.get(JAVA_BYTE, length - 1L) ^ 1));
                assertThatThrownBy(() -> other.open(KEY, NONCE, LAST, sealed, length, opened))
                        .isInstanceOf(IOException.class);
            }
        }
    }
}
