package dev.cordon.protocol.signature;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * Functions of OpenSSL's libcrypto, version 3. They are constants because the run time turns a call of a constant into a
 * plain call, long before it does so for a field. Where the library is missing, this class cannot be initialized: each
 * user tries, and does without.
 */
final class LibCrypto {

    static final String NAME = "libcrypto.so.3";

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(NAME, Arena.global());

    static final MethodHandle READ_PRIVATE = function("d2i_AutoPrivateKey", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    static final MethodHandle READ_PUBLIC = function("d2i_PUBKEY", ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    static final MethodHandle FREE_KEY = procedure("EVP_PKEY_free", ADDRESS);
    static final MethodHandle NEW_CONTEXT = function("EVP_MD_CTX_new", ADDRESS);
    static final MethodHandle FREE_CONTEXT = procedure("EVP_MD_CTX_free", ADDRESS);
    static final MethodHandle SIGN_INIT =
            function("EVP_DigestSignInit", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle SIGN =
            function("EVP_DigestSign", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    static final MethodHandle VERIFY_INIT =
            function("EVP_DigestVerifyInit", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle VERIFY =
            function("EVP_DigestVerify", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
    static final MethodHandle CLEAR_ERRORS = procedure("ERR_clear_error");
    static final MemorySegment SHA256 = sha256();

    private LibCrypto() {}

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    static MethodHandle procedure(String name, MemoryLayout... arguments) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(name), FunctionDescriptor.ofVoid(arguments));
    }

    /** One whose arguments from the given one on are variadic. */
    static MethodHandle variadic(String name, int from, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LIBRARY.findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.firstVariadicArg(from));
    }

    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    private static MemorySegment sha256() {
        try {
            return (MemorySegment) function("EVP_sha256", ADDRESS).invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(NAME + " has no SHA-256", e);
        }
    }
}
