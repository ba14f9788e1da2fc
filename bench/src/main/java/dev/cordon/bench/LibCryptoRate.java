package dev.cordon.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.function.DoubleConsumer;

/**
 * How fast this machine's libcrypto, by which the agent hashes, hashes memory: a mebibyte again and again (EVP_Q_digest
 * of OpenSSL 3). It is what {@code openssl speed -bytes 1048576 -evp sha256} says.
 */
final class LibCryptoRate {

    private static final String LIBRARY = "libcrypto.so.3";
    private static final int PIECE_BYTES = 1 << 20;
    private static final int PIECES = 100;
    private static final int DIGEST_BYTES = 64;

    private LibCryptoRate() {}

    /** @param rate takes megabytes a second, once a round; never called where the library is missing */
    static void measure(int rounds, DoubleConsumer rate) throws Throwable {
        try (var arena = Arena.ofConfined()) {
            SymbolLookup library;
            try {
                library = SymbolLookup.libraryLookup(LIBRARY, arena);
            } catch (IllegalArgumentException e) {
                return;
            }
            MethodHandle digest = Linker.nativeLinker()
                    .downcallHandle(
                            library.findOrThrow("EVP_Q_digest"),
                            FunctionDescriptor.of(
                                    JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
            MemorySegment name = arena.allocateFrom("SHA256");
            MemorySegment piece = arena.allocate(PIECE_BYTES);
            MemorySegment result = arena.allocate(DIGEST_BYTES);
            for (int round = 0; round < rounds; round++) {
                long began = System.nanoTime();
                for (int i = 0; i < PIECES; i++) {
                    int done = (int) digest.invokeExact(
                            MemorySegment.NULL,
                            name,
                            MemorySegment.NULL,
                            piece,
                            (long) PIECE_BYTES,
                            result,
                            MemorySegment.NULL);
                    if (done != 1) {
                        throw new IllegalStateException("libcrypto could not hash");
                    }
                }
                rate.accept((double) PIECE_BYTES * PIECES * 1e3 / (System.nanoTime() - began));
            }
        }
    }
}
