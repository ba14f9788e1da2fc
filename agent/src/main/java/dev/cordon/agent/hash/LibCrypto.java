package dev.cordon.agent.hash;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Hashes by OpenSSL's libcrypto (EVP_DigestInit(3)): with the processor's own instructions, and just as fast where the
 * run time has its first compiler only. Version 3 or 1.1, whichever the machine has. Safe for use by many threads.
 */
final class LibCrypto {

    private static final String[] NAMES = {"libcrypto.so.3", "libcrypto.so.1.1"};

    private final SymbolLookup library;
    private final MethodHandle create;
    private final MethodHandle free;
    private final MethodHandle init;
    private final MethodHandle update;
    private final MethodHandle finish;

    private LibCrypto(SymbolLookup library) {
        this.library = library;
        create = function("EVP_MD_CTX_new", FunctionDescriptor.of(ADDRESS));
        free = function("EVP_MD_CTX_free", FunctionDescriptor.ofVoid(ADDRESS));
        init = function("EVP_DigestInit_ex", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
        update = function("EVP_DigestUpdate", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        finish = function("EVP_DigestFinal_ex", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    }

    private static final class Loaded {
        static final Optional<LibCrypto> LIBRARY = load();
    }

    /** The machine's library, if it has one. */
    static Optional<LibCrypto> library() {
        return Loaded.LIBRARY;
    }

    private static Optional<LibCrypto> load() {
        for (var name : NAMES) {
            try {
                return Optional.of(new LibCrypto(SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
                // the next one; without any the run time's own classes do it
            }
        }
        return Optional.empty();
    }

    private MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }

    /** A hash of this kind, unless the library refuses it, as one in FIPS mode refuses MD5. */
    Optional<Digest> digest(HashAlgorithm algorithm) {
        String kind = switch (algorithm) {
            case MD5 -> "EVP_md5";
            case SHA1 -> "EVP_sha1";
            case SHA256 -> "EVP_sha256";
        };
        try {
            var type = (MemorySegment)
                    function(kind, FunctionDescriptor.of(ADDRESS)).invokeExact();
            var context = (MemorySegment) create.invokeExact();
            if (context.equals(MemorySegment.NULL)) {
                return Optional.empty();
            }
            if (type.equals(MemorySegment.NULL) || (int) init.invokeExact(context, type, MemorySegment.NULL) != 1) {
                free.invokeExact(context);
                return Optional.empty();
            }
            return Optional.of(new Native(algorithm, type, context));
        } catch (Throwable e) {
            throw new IllegalStateException("calling libcrypto failed", e);
        }
    }

    private final class Native implements Digest {

        private final HashAlgorithm algorithm;
        private final MemorySegment type;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment result;
        private MemorySegment context;

        Native(HashAlgorithm algorithm, MemorySegment type, MemorySegment context) {
            this.algorithm = algorithm;
            this.type = type;
            this.context = context;
            result = arena.allocate(algorithm.bytes());
        }

        @Override
        public void start() {
            try {
                check((int) init.invokeExact(context, type, MemorySegment.NULL));
            } catch (Throwable e) {
                throw failed(e);
            }
        }

        @Override
        public void update(MemorySegment data, long length) {
            try {
                check((int) update.invokeExact(context, data, length));
            } catch (Throwable e) {
                throw failed(e);
            }
        }

        @Override
        public FileHash finish() {
            try {
                check((int) finish.invokeExact(context, result, MemorySegment.NULL));
            } catch (Throwable e) {
                throw failed(e);
            }
            return FileHash.of(result.toArray(JAVA_BYTE));
        }

        private void check(int status) {
            if (status != 1) {
                throw new IllegalStateException("libcrypto could not compute " + algorithm.standardName());
            }
        }

        private static IllegalStateException failed(Throwable e) {
            return e instanceof IllegalStateException known
                    ? known
                    : new IllegalStateException("calling libcrypto failed", e);
        }

        @Override
        public void close() {
            if (!context.equals(MemorySegment.NULL)) {
                var closing = context;
                context = MemorySegment.NULL;
                arena.close();
                try {
                    free.invokeExact(closing);
                } catch (Throwable e) {
                    throw failed(e);
                }
            }
        }
    }
}
