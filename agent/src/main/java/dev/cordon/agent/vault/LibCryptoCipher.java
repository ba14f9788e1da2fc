package dev.cordon.agent.vault;

import static dev.cordon.protocol.foreign.CLibrary.UNREAD;
import static dev.cordon.protocol.foreign.CLibrary.address;
import static dev.cordon.protocol.foreign.CLibrary.copy;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * By OpenSSL's libcrypto (EVP_EncryptInit(3)), with the processor's own instructions also where the run time has its
 * first compiler only: a hundred times as fast there. Stateless.
 */
final class LibCryptoCipher implements ChunkCipher {

    private static final int OK = 1;
    private static final int GET_TAG = 0x10;
    private static final int SET_TAG = 0x11;

    private final CFunction create;
    private final CFunction free;
    private final CFunction kind;
    private final CFunction init;
    private final CFunction update;
    private final CFunction finish;
    private final CFunction control;

    private LibCryptoCipher(CLibrary library) {
        create = library.function("EVP_CIPHER_CTX_new", 0);
        free = library.function("EVP_CIPHER_CTX_free", 1);
        kind = library.function("EVP_aes_256_gcm", 0);
        init = library.function("EVP_CipherInit_ex", 6);
        update = library.function("EVP_CipherUpdate", 5);
        finish = library.function("EVP_CipherFinal_ex", 3);
        control = library.function("EVP_CIPHER_CTX_ctrl", 4);
    }

    private static final class Loaded {
        static final Optional<LibCryptoCipher> LIBRARY =
                CLibrary.find(LibCryptoCipher::new, "libcrypto.so.3", "libcrypto.so.1.1");
    }

    /** The machine's library, if it has one. */
    static Optional<LibCryptoCipher> library() {
        return Loaded.LIBRARY;
    }

    @Override
    public int seal(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out) {
        try (Arena arena = Arena.ofConfined()) {
            long context = create.call(UNREAD);
            try {
                long written = start(arena, context, key, nonce, bound, 1);
                long tag = address(out.asSlice(length, TAG));
                check((int)
                        update.call(UNREAD, context, address(out), written, address(in.asSlice(0, length)), length));
                check((int) finish.call(UNREAD, context, tag, written));
                check((int) control.call(UNREAD, context, GET_TAG, TAG, tag));
                return length + TAG;
            } finally {
                free.call(UNREAD, context);
            }
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
            long context = create.call(UNREAD);
            try {
                long written = start(arena, context, key, nonce, bound, 0);
                long clear = address(out.asSlice(0, content));
                check((int) update.call(UNREAD, context, clear, written, address(in), content));
                check((int) control.call(UNREAD, context, SET_TAG, TAG, address(in.asSlice(content, TAG))));
                if ((int) finish.call(UNREAD, context, clear + content, written) != OK) {
                    throw new IOException("it does not check out");
                }
                return content;
            } finally {
                free.call(UNREAD, context);
            }
        }
    }

    /** Room for the number of bytes written. */
    private long start(Arena arena, long context, byte[] key, byte[] nonce, byte[] bound, int seal) {
        if (context == 0) {
            throw new IllegalStateException("libcrypto has no memory");
        }
        long written = arena.allocate(JAVA_INT).address();
        MemorySegment secret = arena.allocateFrom(JAVA_BYTE, key);
        try {
            check((int) init.call(UNREAD, context, kind.call(UNREAD), 0, secret.address(), copy(arena, nonce), seal));
            check((int) update.call(UNREAD, context, 0, written, copy(arena, bound), bound.length));
            return written;
        } finally {
            secret.fill((byte) 0);
        }
    }

    private static void check(int status) {
        if (status != OK) {
            throw new IllegalStateException("libcrypto could not run AES-256-GCM");
        }
    }
}
