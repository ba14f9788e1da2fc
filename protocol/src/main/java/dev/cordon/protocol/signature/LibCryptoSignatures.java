package dev.cordon.protocol.signature;

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
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.security.Key;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * OpenSSL's libcrypto, version 3, through its EVP interface: some tens of microseconds an operation.
 *
 * <p>Keys are handed over in their standard encodings (PKCS #8, SubjectPublicKeyInfo). Reading one costs the library
 * more than a signature does, so what was read is kept for the keys used last; the copy of a private key is
 * overwritten, and what the library holds is freed when nobody can use it any more. A key of another kind than the algorithm asks for is refused, which the
 * library itself would not do.
 */
final class LibCryptoSignatures implements Signatures {

    private static final String LIBRARY = "libcrypto.so.3";
    /** Of an RSA key of 8192 bits. */
    private static final int LONGEST_SIGNATURE = 1_024;

    private static final int OK = 1;

    private static final Cleaner CLEANER = Cleaner.create();
    private static final int MOST_KEYS = 1_024;

    private final Map<Key, ReadKey> recent = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ReadKey> eldest) {
            return size() > MOST_KEYS;
        }
    });
    private final MethodHandle readPrivate;
    private final MethodHandle readPublic;
    private final MethodHandle freeKey;
    private final MethodHandle newContext;
    private final MethodHandle freeContext;
    private final MethodHandle signInit;
    private final MethodHandle sign;
    private final MethodHandle verifyInit;
    private final MethodHandle verify;
    private final MethodHandle clearErrors;
    private final MemorySegment sha256;

    private LibCryptoSignatures(SymbolLookup library) throws Throwable {
        var linker = Linker.nativeLinker();
        readPrivate = handle(linker, library, "d2i_AutoPrivateKey", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        readPublic = handle(linker, library, "d2i_PUBKEY", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        freeKey = nothing(linker, library, "EVP_PKEY_free", ADDRESS);
        newContext = handle(linker, library, "EVP_MD_CTX_new", ADDRESS);
        freeContext = nothing(linker, library, "EVP_MD_CTX_free", ADDRESS);
        signInit = handle(linker, library, "EVP_DigestSignInit", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        sign = handle(linker, library, "EVP_DigestSign", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
        verifyInit =
                handle(linker, library, "EVP_DigestVerifyInit", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
        verify = handle(linker, library, "EVP_DigestVerify", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        clearErrors = nothing(linker, library, "ERR_clear_error");
        sha256 = (MemorySegment) handle(linker, library, "EVP_sha256", ADDRESS).invokeExact();
    }

    /** Empty if the machine has no such library, or it lacks a function. */
    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    static Optional<LibCryptoSignatures> load() {
        try {
            return Optional.of(new LibCryptoSignatures(SymbolLookup.libraryLookup(LIBRARY, Arena.global())));
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] sign(Algorithm algorithm, PrivateKey key, byte[] message) {
        try (var arena = Arena.ofConfined()) {
            var read = read(readPrivate, algorithm, key);
            var context = (MemorySegment) newContext.invokeExact();
            try {
                require((int) signInit.invokeExact(
                        context, MemorySegment.NULL, digest(algorithm), MemorySegment.NULL, read.handle));
                var signature = arena.allocate(LONGEST_SIGNATURE);
                var length = arena.allocateFrom(JAVA_LONG, LONGEST_SIGNATURE);
                require((int)
                        sign.invokeExact(context, signature, length, copy(arena, message), (long) message.length));
                return signature.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
            } finally {
                free(context);
                Reference.reachabilityFence(read);
            }
        } catch (Throwable e) {
            throw failure("signing", algorithm, e);
        }
    }

    @Override
    public boolean verify(Algorithm algorithm, PublicKey key, byte[] message, byte[] signature) {
        try (var arena = Arena.ofConfined()) {
            var read = read(readPublic, algorithm, key);
            var context = (MemorySegment) newContext.invokeExact();
            try {
                require((int) verifyInit.invokeExact(
                        context, MemorySegment.NULL, digest(algorithm), MemorySegment.NULL, read.handle));
                return (int) verify.invokeExact(
                                context, copy(arena, signature), (long) signature.length, copy(arena, message), (long)
                                        message.length)
                        == OK;
            } finally {
                free(context);
                Reference.reachabilityFence(read);
            }
        } catch (Throwable e) {
            throw failure("checking", algorithm, e);
        }
    }

    @Override
    public String name() {
        return LIBRARY;
    }

    private MemorySegment digest(Algorithm algorithm) {
        return switch (algorithm) {
            case ED25519 -> MemorySegment.NULL;
            case ECDSA_P256, RSA_SHA256 -> sha256;
        };
    }

    private ReadKey read(MethodHandle reader, Algorithm algorithm, Key key) throws Throwable {
        if (!algorithm.takes(key)) {
            throw new IllegalStateException("a key of kind " + key.getAlgorithm() + " is none for " + algorithm);
        }
        var known = recent.get(key);
        if (known != null) {
            return known;
        }
        var encoding = key.getEncoded();
        if (encoding == null) {
            throw new IllegalStateException("the key cannot leave its store");
        }
        try (var arena = Arena.ofConfined()) {
            var encoded = copy(arena, encoding);
            var at = arena.allocateFrom(ADDRESS, encoded);
            var handle = (MemorySegment) reader.invokeExact(MemorySegment.NULL, at, encoded.byteSize());
            encoded.fill((byte) 0);
            if (handle.equals(MemorySegment.NULL)) {
                clearErrors.invokeExact();
                throw new IllegalStateException("libcrypto cannot read the key");
            }
            var read = new ReadKey(handle);
            CLEANER.register(read, () -> freeKey(handle));
            recent.put(key, read);
            return read;
        }
    }

    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    private void freeKey(MemorySegment handle) {
        try {
            freeKey.invokeExact(handle);
        } catch (Throwable e) {
            throw new IllegalStateException("libcrypto could not free a key", e);
        }
    }

    private void free(MemorySegment context) throws Throwable {
        freeContext.invokeExact(context);
        clearErrors.invokeExact();
    }

    private static MemorySegment copy(Arena arena, byte[] bytes) {
        return arena.allocateFrom(JAVA_BYTE, bytes);
    }

    private static void require(int result) {
        if (result != OK) {
            throw new IllegalStateException("libcrypto refused the operation");
        }
    }

    private static RuntimeException failure(String what, Algorithm algorithm, Throwable e) {
        return new IllegalStateException(what + " with " + algorithm.jdkName() + " failed", e);
    }

    private static MethodHandle handle(
            Linker linker, SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
        return linker.downcallHandle(library.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle nothing(Linker linker, SymbolLookup library, String name, MemoryLayout... arguments) {
        return linker.downcallHandle(library.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    /** A key as the library holds it. */
    private static final class ReadKey {
        private final MemorySegment handle;

        ReadKey(MemorySegment handle) {
            this.handle = handle;
        }
    }
}
