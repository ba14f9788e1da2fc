package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads ClamAV's files of hashes, {@code .hdb} and {@code .hsb}: {@code hash:size:name}, where the size may be {@code *}
 * and levels of the engine may follow. Lines that are none of these are counted and left out. Stateless.
 */
final class SignatureLines {

    private static final int LONGEST = 4096;

    private SignatureLines() {}

    /** @param size in bytes, or {@link #ANY_SIZE} */
    record Signature(FileHash hash, long size, String name) {

        static final long ANY_SIZE = -1;

        boolean fits(long fileSize) {
            return size == ANY_SIZE || size == fileSize;
        }
    }

    interface Taker {
        void take(Signature signature);
    }

    /** Tells every signature of the file; returns how many lines were none. */
    static int read(Path file, Taker taker) throws IOException {
        int wrong = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 16 * 1024)) {
            byte[] line = new byte[LONGEST];
            int length = 0;
            int next;
            do {
                next = in.read();
                if (next >= 0 && next != '\n') {
                    if (length < LONGEST) {
                        line[length] = (byte) next;
                    }
                    length++;
                    continue;
                }
                if (length > 0) {
                    var signature = length > LONGEST
                            ? Optional.<Signature>empty()
                            : parse(new String(line, 0, length, StandardCharsets.UTF_8).strip());
                    signature.ifPresent(taker::take);
                    wrong += signature.isPresent() || isRemark(line) ? 0 : 1;
                    length = 0;
                }
            } while (next >= 0);
        }
        return wrong;
    }

    private static boolean isRemark(byte[] line) {
        return line[0] == '#' || line[0] == '\r';
    }

    static Optional<Signature> parse(String line) {
        String[] fields = line.split(":", 5);
        if (fields.length < 3 || fields[2].isBlank()) {
            return Optional.empty();
        }
        try {
            long size = fields[1].equals("*") ? Signature.ANY_SIZE : Long.parseUnsignedLong(fields[1]);
            return Optional.of(new Signature(FileHash.parse(fields[0]), size, fields[2]));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
