package dev.cordon.agent.hash;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Hashes by OpenSSL's libcrypto (EVP_DigestInit(3)): with the processor's own instructions, and just as fast where the
 * run time has its first compiler only. Version 3 or 1.1, whichever the machine has. Safe for use by many threads.
 */
final class LibCrypto {

    private static final int OK = 1;

    private final CLibrary library;
    private final CFunction create;
    private final CFunction free;
    private final CFunction init;
    private final CFunction update;
    private final CFunction finish;

    private LibCrypto(CLibrary library) {
        this.library = library;
        create = library.function("EVP_MD_CTX_new", 0);
        free = library.function("EVP_MD_CTX_free", 1);
        init = library.function("EVP_DigestInit_ex", 3);
        update = library.function("EVP_DigestUpdate", 3);
        finish = library.function("EVP_DigestFinal_ex", 3);
    }

    private static final class Loaded {
        static final Optional<LibCrypto> LIBRARY = CLibrary.find(LibCrypto::new, "libcrypto.so.3", "libcrypto.so.1.1");
    }

    /** The machine's library, if it has one. */
    static Optional<LibCrypto> library() {
        return Loaded.LIBRARY;
    }

    /** A hash of this kind, unless the library refuses it, as one in FIPS mode refuses MD5. */
    Optional<Digest> digest(HashAlgorithm algorithm) {
        var kind = switch (algorithm) {
            case MD5 -> "EVP_md5";
            case SHA1 -> "EVP_sha1";
            case SHA256 -> "EVP_sha256";
        };
        long type = library.function(kind, 0).call(UNREAD);
        long context = create.call(UNREAD);
        if (context == 0) {
            return Optional.empty();
        }
        if (type == 0 || (int) init.call(UNREAD, context, type, 0) != OK) {
            free.call(UNREAD, context);
            return Optional.empty();
        }
        return Optional.of(new Native(algorithm, type, context));
    }

    private final class Native implements Digest {

        private final HashAlgorithm algorithm;
        private final long type;
        private final Arena arena = Arena.ofShared();
        private final MemorySegment result;
        private long context;

        Native(HashAlgorithm algorithm, long type, long context) {
            this.algorithm = algorithm;
            this.type = type;
            this.context = context;
            result = arena.allocate(algorithm.bytes());
        }

        @Override
        public void start() {
            check((int) init.call(UNREAD, context, type, 0));
        }

        @Override
        public void update(MemorySegment data, long length) {
            check((int) update.call(UNREAD, context, CLibrary.address(data), length));
        }

        @Override
        public FileHash finish() {
            check((int) finish.call(UNREAD, context, result.address(), 0));
            return FileHash.of(result.toArray(JAVA_BYTE));
        }

        private void check(int status) {
            if (status != OK) {
                throw new IllegalStateException("libcrypto could not compute " + algorithm.standardName());
            }
        }

        @Override
        public void close() {
            if (context != 0) {
                long closing = context;
                context = 0;
                arena.close();
                free.call(UNREAD, closing);
            }
        }
    }
}
