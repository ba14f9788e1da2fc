package dev.cordon.protocol.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Collections;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A library written in C. Thread-safe.
 *
 * <p>Every function is called in one form: first the room where {@code errno} is left, then each argument as a
 * {@code long}, be it a number or an address, and a {@code long} comes back. The run time makes some ten classes for
 * each form that a program uses; with the forms that C declares these were more than 300 in an agent, and 3 MiB. The calling
 * conventions of Linux on x86-64 and AArch64 allow it: they pass numbers and addresses in the same registers, of which
 * a function reads as much as it declared, and variable arguments like others. There is no way here to call functions
 * that take or return floating-point numbers or structures.
 */
public final class CLibrary {

    /** The one that every program has. */
    public static final CLibrary STANDARD =
            new CLibrary("libc", Linker.nativeLinker().defaultLookup());

    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final long ERRNO_AT =
            Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final int EINTR = 4;

    /** Room for {@code errno} where nobody looks it up: of libraries that tell in another way why they failed. */
    public static final MemorySegment UNREAD = errnoRoom(Arena.global());

    private final String name;
    private final SymbolLookup symbols;

    private CLibrary(String name, SymbolLookup symbols) {
        this.name = name;
        this.symbols = symbols;
    }

    /** The first of these that the machine has, loaded for as long as the program runs. */
    public static Optional<CLibrary> find(String... names) {
        for (var name : names) {
            try {
                return Optional.of(new CLibrary(name, SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException e) {
                // the next one
            }
        }
        return Optional.empty();
    }

    /**
     * What is made of the first of these that the machine has with all the functions that it needs.
     *
     * @param of takes the functions it needs
     */
    public static <T> Optional<T> find(Function<CLibrary, T> of, String... names) {
        for (var name : names) {
            try {
                var made = find(name).map(of);
                if (made.isPresent()) {
                    return made;
                }
            } catch (NoSuchElementException e) {
                // it lacks one; the next library
            }
        }
        return Optional.empty();
    }

    /** Its file's name. */
    public String name() {
        return name;
    }

    /**
     * One of its functions. Keep it in a constant.
     *
     * @param arguments how many it takes, at most six
     * @throws NoSuchElementException if the library has none of this name
     */
    public CFunction function(String name, int arguments) {
        var types = Collections.nCopies(arguments, JAVA_LONG).toArray(MemoryLayout[]::new);
        var form = FunctionDescriptor.of(JAVA_LONG, types);
        return new CFunction(name, Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), form, ERRNO));
    }

    /** Room for {@code errno} of one call at a time. */
    public static MemorySegment errnoRoom(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /** Why the last call with this room failed. */
    public static int errno(MemorySegment room) {
        return room.get(JAVA_INT, ERRNO_AT);
    }

    /** A call that says by a negative number that it failed. */
    @FunctionalInterface
    public interface Call {

        /** @param arena ends with the call */
        long make(MemorySegment errno, Arena arena);
    }

    /** The result, or minus {@code errno}; an interrupted call is made again. */
    public static long attempt(Call call) {
        try (var arena = Arena.ofConfined()) {
            var errno = errnoRoom(arena);
            while (true) {
                long result = call.make(errno, arena);
                if (result >= 0) {
                    return result;
                }
                int error = errno(errno);
                if (error != EINTR) {
                    return -error;
                }
            }
        }
    }

    /**
     * The address of memory that the garbage collector does not move.
     *
     * @throws IllegalArgumentException for an array's
     */
    public static long address(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("C cannot be given the address of a Java array");
        }
        return memory.address();
    }

    /** The address of a copy of these bytes, of which there may be none. */
    public static long copy(Arena arena, byte[] bytes) {
        var copy = arena.allocate(Math.max(1, bytes.length), 8);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy.address();
    }

    /** The address of a text of these bytes, as C ends it. */
    public static long text(Arena arena, byte[] bytes) {
        var text = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
        return text.address();
    }

    /** The address of a text. */
    public static long text(Arena arena, String text) {
        return arena.allocateFrom(text).address();
    }

    /** The address of room that holds this address. */
    public static long reference(Arena arena, long address) {
        return arena.allocateFrom(ADDRESS, MemorySegment.ofAddress(address)).address();
    }
}
