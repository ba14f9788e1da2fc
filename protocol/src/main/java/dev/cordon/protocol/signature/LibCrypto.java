package dev.cordon.protocol.signature;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;

/**
 * Functions of OpenSSL's libcrypto, version 3. They are constants because the run time turns a call of a constant into a
 * plain call, long before it does so for a field. Where the library is missing, this class cannot be initialized: each
 * user tries, and does without.
 */
final class LibCrypto {

    private static final CLibrary LIBRARY = CLibrary.find("libcrypto.so.3").orElseThrow();

    static final CFunction READ_PRIVATE = function("d2i_AutoPrivateKey", 3);
    static final CFunction READ_PUBLIC = function("d2i_PUBKEY", 3);
    static final CFunction FREE_KEY = function("EVP_PKEY_free", 1);
    static final CFunction NEW_CONTEXT = function("EVP_MD_CTX_new", 0);
    static final CFunction FREE_CONTEXT = function("EVP_MD_CTX_free", 1);
    static final CFunction SIGN_INIT = function("EVP_DigestSignInit", 5);
    static final CFunction SIGN = function("EVP_DigestSign", 5);
    static final CFunction VERIFY_INIT = function("EVP_DigestVerifyInit", 5);
    static final CFunction VERIFY = function("EVP_DigestVerify", 5);
    static final CFunction CLEAR_ERRORS = function("ERR_clear_error", 0);
    static final long SHA256 = function("EVP_sha256", 0).call(UNREAD);

    private LibCrypto() {}

    static CFunction function(String name, int arguments) {
        return LIBRARY.function(name, arguments);
    }

    static String name() {
        return LIBRARY.name();
    }
}
