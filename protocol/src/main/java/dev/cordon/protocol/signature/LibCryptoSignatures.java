package dev.cordon.protocol.signature;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static dev.cordon.protocol.foreign.CLibrary.copy;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
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

    private LibCryptoSignatures() {}

    /** Empty if the machine has no such library, or it lacks a function. */
    @SuppressWarnings("IllegalCatch") // a class that cannot be initialized, or linked
    static Optional<LibCryptoSignatures> load() {
        try {
            LibCrypto.CLEAR_ERRORS.call(UNREAD);
            return Optional.of(new LibCryptoSignatures());
        } catch (Throwable e) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] sign(Algorithm algorithm, PrivateKey key, byte[] message) {
        try (var arena = Arena.ofConfined()) {
            var read = read(LibCrypto.READ_PRIVATE, algorithm, key);
            long context = LibCrypto.NEW_CONTEXT.call(UNREAD);
            try {
                require((int) LibCrypto.SIGN_INIT.call(UNREAD, context, 0, digest(algorithm), 0, read.handle));
                var signature = arena.allocate(LONGEST_SIGNATURE);
                var length = arena.allocateFrom(JAVA_LONG, LONGEST_SIGNATURE);
                require((int) LibCrypto.SIGN.call(
                        UNREAD, context, signature.address(), length.address(), copy(arena, message), message.length));
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
            var read = read(LibCrypto.READ_PUBLIC, algorithm, key);
            long context = LibCrypto.NEW_CONTEXT.call(UNREAD);
            try {
                require((int) LibCrypto.VERIFY_INIT.call(UNREAD, context, 0, digest(algorithm), 0, read.handle));
                return (int) LibCrypto.VERIFY.call(
                                UNREAD,
                                context,
                                copy(arena, signature),
                                signature.length,
                                copy(arena, message),
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
        return LibCrypto.name();
    }

    private long digest(Algorithm algorithm) {
        return switch (algorithm) {
            case ED25519 -> 0;
            case ECDSA_P256, RSA_SHA256 -> LibCrypto.SHA256;
        };
    }

    private ReadKey read(CFunction reader, Algorithm algorithm, Key key) {
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
            var encoded = arena.allocateFrom(JAVA_BYTE, encoding);
            long handle = reader.call(UNREAD, 0, CLibrary.reference(arena, encoded.address()), encoded.byteSize());
            encoded.fill((byte) 0);
            if (handle == 0) {
                LibCrypto.CLEAR_ERRORS.call(UNREAD);
                throw new IllegalStateException("libcrypto cannot read the key");
            }
            var read = new ReadKey(handle);
            CLEANER.register(read, () -> LibCrypto.FREE_KEY.call(UNREAD, handle));
            recent.put(key, read);
            return read;
        }
    }

    private void free(long context) {
        LibCrypto.FREE_CONTEXT.call(UNREAD, context);
        LibCrypto.CLEAR_ERRORS.call(UNREAD);
    }

    private static void require(int result) {
        if (result != OK) {
            throw new IllegalStateException("libcrypto refused the operation");
        }
    }

    private static RuntimeException failure(String what, Algorithm algorithm, Throwable e) {
        return new IllegalStateException(what + " with " + algorithm.jdkName() + " failed", e);
    }

    /** A key as the library holds it. */
    private static final class ReadKey {
        private final long handle;

        ReadKey(long handle) {
            this.handle = handle;
        }
    }
}
