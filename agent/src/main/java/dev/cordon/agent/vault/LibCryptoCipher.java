package dev.cordon.agent.vault;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * By OpenSSL's libcrypto (EVP_EncryptInit(3)), with the processor's own instructions also where the run time has its
 * first compiler only: a hundred times as fast there. Stateless.
 */
final class LibCryptoCipher implements ChunkCipher {

    private static final String[] NAMES = {"libcrypto.so.3", "libcrypto.so.1.1"};
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;

    private final MethodHandle create;
    private final MethodHandle free;
    private final MethodHandle kind;
    private final MethodHandle init;
    private final MethodHandle update;
    private final MethodHandle finish;
    private final MethodHandle control;

    private LibCryptoCipher(SymbolLookup library) {
        create = function(library, "EVP_CIPHER_CTX_new", FunctionDescriptor.of(ADDRESS));
        free = function(library, "EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(ADDRESS));
        kind = function(library, "EVP_aes_256_gcm", FunctionDescriptor.of(ADDRESS));
        init = function(
                library,
                "EVP_CipherInit_ex",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
        update = function(
                library,
                "EVP_CipherUpdate",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
        finish = function(library, "EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        control = function(
                library, "EVP_CIPHER_CTX_ctrl", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    }

    private static MethodHandle function(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    private static final class Loaded {
        static final Optional<LibCryptoCipher> LIBRARY = load();
    }

    /** The machine's library, if it has one. */
    static Optional<LibCryptoCipher> library() {
        return Loaded.LIBRARY;
    }

    private static Optional<LibCryptoCipher> load() {
        for (var name : NAMES) {
            try {
                return Optional.of(new LibCryptoCipher(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
                // the next one; without any the run time's own classes do it
            }
        }
        return Optional.empty();
    }

    @Override
    public int seal(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out) {
        try (Arena arena = Arena.ofConfined()) {
            var context = (MemorySegment) create.invokeExact();
            try {
                MemorySegment written = start(arena, context, key, nonce, bound, 1);
                check((int) update.invokeExact(context, out, written, in, length));
                check((int) finish.invokeExact(context, out.asSlice(length), written));
                check((int) control.invokeExact(context, GET_TAG, TAG, out.asSlice(length)));
                return length + TAG;
            } finally {
                free.invokeExact(context);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling libcrypto failed", e);
        }
    }

    @Override
    public int open(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out)
            throws IOException {
        int content = length - TAG;
        if (content < 0) {
            throw new IOException("it does not check out");
        }
        try (Arena arena = Arena.ofConfined()) {
            var context = (MemorySegment) create.invokeExact();
            try {
                MemorySegment written = start(arena, context, key, nonce, bound, 0);
                check((int) update.invokeExact(context, out, written, in, content));
                check((int) control.invokeExact(context, SET_TAG, TAG, in.asSlice(content)));
                if ((int) finish.invokeExact(context, out.asSlice(content), written) != 1) {
                    throw new IOException("it does not check out");
                }
                return content;
            } finally {
                free.invokeExact(context);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling libcrypto failed", e);
        }
    }

    /** Room for the number of bytes written. */
    private MemorySegment start(Arena arena, MemorySegment context, byte[] key, byte[] nonce, byte[] bound, int seal)
            throws Throwable {
        if (context.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("libcrypto has no memory");
        }
        MemorySegment written = arena.allocate(JAVA_INT);
        MemorySegment secret = arena.allocateFrom(JAVA_BYTE, key);
        try {
            check((int) init.invokeExact(
                    context,
                    (MemorySegment) kind.invokeExact(),
                    MemorySegment.NULL,
                    secret,
                    arena.allocateFrom(JAVA_BYTE, nonce),
                    seal));
            check((int) update.invokeExact(
                    context, MemorySegment.NULL, written, arena.allocateFrom(JAVA_BYTE, bound), bound.length));
            return written;
        } finally {
            secret.fill((byte) 0);
        }
    }

    private static void check(int status) {
        if (status != 1) {
            throw new IllegalStateException("libcrypto could not run AES-256-GCM");
        }
    }
}
