package dev.cordon.agent.vault;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** AES-256-GCM over one chunk in native memory, the tag of 16 bytes behind it. For one thread at a time. */
interface ChunkCipher {

    int TAG = 16;
    int NONCE = 12;

    /** The fastest this machine has. */
    static ChunkCipher of() {
        return LibCryptoCipher.library().<ChunkCipher>map(library -> library).orElseGet(JdkCipher::new);
    }

    /** How much was written to {@code out}. */
    int seal(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out);

    /**
     * How much was written to {@code out}.
     *
     * @throws IOException if it is not what was sealed with this key, nonce and bound data
     */
    int open(byte[] key, byte[] nonce, byte[] bound, MemorySegment in, int length, MemorySegment out)
            throws IOException;
}
