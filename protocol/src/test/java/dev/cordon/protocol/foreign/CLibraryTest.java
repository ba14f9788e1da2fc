package dev.cordon.protocol.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

final class CLibraryTest {

    private static final int ENOENT = 2;
    private static final int EBADF = 9;

    private static final CFunction GETPID = CLibrary.STANDARD.function("getpid", 0);
    private static final CFunction ABS = CLibrary.STANDARD.function("abs", 1);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction OPEN = CLibrary.STANDARD.function("open", 2);
    private static final CFunction STRNCMP = CLibrary.STANDARD.function("strncmp", 3);
    private static final CFunction SNPRINTF = CLibrary.STANDARD.function("snprintf", 6);

    @Test
    void whenAFunctionIsCalledThenItGetsItsArgumentsAndGivesItsResult() {
        try (var arena = Arena.ofConfined()) {
            long one = CLibrary.text(arena, "cordon");
            long other = CLibrary.text(arena, "cordial".getBytes(StandardCharsets.US_ASCII));
            assertThat(GETPID.call(CLibrary.UNREAD))
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat((int) ABS.call(CLibrary.UNREAD, -7)).isEqualTo(7);
            assertThat((int) STRNCMP.call(CLibrary.UNREAD, one, other, 4)).isZero();
            assertThat((int) STRNCMP.call(CLibrary.UNREAD, one, other, 5)).isPositive();
        }
    }

    @Test
    void whenAnIntIsNegativeThenItsHalfOfTheResultSaysSo() {
        assertThat((int) CLOSE.call(CLibrary.UNREAD, -1)).isEqualTo(-1);
    }

    @Test
    void whenArgumentsAreVariableThenTheyArriveLikeOthers() {
        try (var arena = Arena.ofConfined()) {
            var text = arena.allocate(64);
            long form = CLibrary.text(arena, "%d %ld %s");
            long length = SNPRINTF.call(
                    CLibrary.UNREAD, text.address(), text.byteSize(), form, -3, 1L << 40, CLibrary.text(arena, "c"));
            assertThat(text.getString(0)).isEqualTo("-3 1099511627776 c").hasSize((int) length);
        }
    }

    @Test
    void whenACallFailsThenItsErrorNumberIsTold() {
        assertThat(CLibrary.attempt((errno, arena) -> (int) CLOSE.call(errno, -1)))
                .isEqualTo(-EBADF);
        assertThat(CLibrary.attempt(
                        (errno, arena) -> (int) OPEN.call(errno, CLibrary.text(arena, "/nowhere/at/all"), 0)))
                .isEqualTo(-ENOENT);
    }

    @Test
    void whenBytesAreCopiedThenTheAddressHoldsThem() {
        try (var arena = Arena.ofConfined()) {
            var copy = MemorySegment.ofAddress(CLibrary.copy(arena, new byte[] {1, 2, 3}))
                    .reinterpret(3);
            assertThat(copy.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
            assertThat(CLibrary.copy(arena, new byte[0])).isNotZero();
        }
    }

    @Test
    void whenMemoryIsAnArraysThenItsAddressIsRefused() {
        var heap = MemorySegment.ofArray(new byte[8]);
        assertThatThrownBy(() -> CLibrary.address(heap)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whenALibraryLacksAFunctionThenTheNextIsTaken() {
        assertThat(CLibrary.find(library -> library.function("getpid", 0).name(), "libnowhere.so.7", "libc.so.6"))
                .hasValue("getpid");
        assertThat(CLibrary.find(library -> library.function("no_such_function", 0), "libc.so.6"))
                .isEmpty();
        assertThat(CLibrary.find(
                        library -> library.function("sqrt", 1).name() + library.name(), "libc.so.6", "libm.so.6"))
                .hasValue("sqrtlibm.so.6");
    }

    @Test
    void whenALibraryOrAFunctionIsMissingThenItIsSaid() {
        assertThat(CLibrary.find("libnowhere.so.7")).isEmpty();
        assertThat(CLibrary.find("libnowhere.so.7", "libc.so.6"))
                .hasValueSatisfying(library -> assertThat(library.name()).isEqualTo("libc.so.6"));
        assertThatThrownBy(() -> CLibrary.STANDARD.function("no_such_function", 0))
                .isInstanceOf(NoSuchElementException.class);
    }
}
