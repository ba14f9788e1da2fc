package dev.cordon.agent.blocklist;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.storage.DurableFiles;
import dev.cordon.protocol.wire.BlockChange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * The list on disk: a line that names the format, the version, one record a file (length of the hash, flags, hash), and
 * the SHA-256 of all that. Replaced as a whole; never half written.
 */
final class BlockListFile {

    private static final byte[] HEAD = "cordon block list v1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int CHECK_BYTES = 32;
    private static final long MAX_BYTES = 16 << 20;

    private final Path file;

    BlockListFile(Path file) {
        this.file = file;
    }

    /**
     * The list, or none where there is no file.
     *
     * @throws DamagedException if the file is not as it was written
     */
    BlockList read() throws IOException {
        byte[] bytes;
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new DamagedException("it is too large");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return BlockList.NONE;
        }
        int end = bytes.length - CHECK_BYTES;
        if (end < HEAD.length + Long.BYTES || !Arrays.equals(HEAD, Arrays.copyOf(bytes, HEAD.length))) {
            throw new DamagedException("it is too short or of another kind");
        }
        if (!MessageDigest.isEqual(check(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
            throw new DamagedException("its check value does not match");
        }
        var in = ByteBuffer.wrap(bytes, HEAD.length, end - HEAD.length);
        long version = in.getLong();
        var changes = new ArrayList<BlockChange>();
        while (in.hasRemaining()) {
            var hash = new byte[in.get()];
            boolean stop = in.get() != 0;
            in.get(hash);
            changes.add(BlockChange.newBuilder()
                    .setHash(com.google.protobuf.ByteString.copyFrom(hash))
                    .setBlocked(true)
                    .setStopRunning(stop)
                    .build());
        }
        return BlockList.NONE.with(version, changes);
    }

    void write(BlockList list) throws IOException {
        int most = HEAD.length + Long.BYTES + list.blocked().size() * 34 + CHECK_BYTES;
        var out = ByteBuffer.allocate(most).put(HEAD).putLong(list.version());
        list.blocked().forEach(hash -> put(out, hash, list.stopRunning().contains(hash)));
        out.put(check(out.array(), out.position()));
        DurableFiles.replace(file, Arrays.copyOf(out.array(), out.position()));
    }

    private static void put(ByteBuffer out, FileHash hash, boolean stop) {
        out.put((byte) hash.algorithm().bytes()).put((byte) (stop ? 1 : 0)).put(hash.bytes());
    }

    private static byte[] check(byte[] bytes, int end) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, end);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }

    /** The file is not as it was written. */
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }
}
