package dev.cordon.agent.hash;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** open(2), pread(2), close(2): reads by descriptor, never waits for the other end of a FIFO, never maps a file. */
final class NativeFiles {

    private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x80800;
    private static final int ENOENT = 2;
    private static final int EINTR = 4;

    private static final CFunction OPEN = CLibrary.STANDARD.function("open", 2);
    private static final CFunction PREAD = CLibrary.STANDARD.function("pread", 4);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);

    private NativeFiles() {}

    static int open(Path file, MemorySegment errno) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = bytes(file);
            long text = CLibrary.text(arena, name);
            while (true) {
                int descriptor = (int) OPEN.call(errno, text, O_RDONLY_NONBLOCK_CLOEXEC);
                if (descriptor >= 0) {
                    return descriptor;
                }
                int error = CLibrary.errno(errno);
                if (error == ENOENT) {
                    throw new NoSuchFileException(file.toString());
                }
                if (error != EINTR) {
                    throw new IOException("cannot open " + file + " (errno " + error + ")");
                }
            }
        }
    }

    /** How many bytes were read; 0 at the end. */
    static long read(int descriptor, MemorySegment buffer, long offset, MemorySegment errno) throws IOException {
        while (true) {
            long read = PREAD.call(errno, descriptor, CLibrary.address(buffer), buffer.byteSize(), offset);
            if (read >= 0) {
                return read;
            }
            int error = CLibrary.errno(errno);
            if (error != EINTR) {
                throw new IOException("reading failed at offset " + offset + " (errno " + error + ")");
            }
        }
    }

    static void close(int descriptor) {
        CLOSE.call(CLibrary.UNREAD, descriptor);
    }

    /**
     * The name as the kernel has it. A path's text loses what is not in the platform's encoding; its URI keeps every
     * byte, percent-encoded.
     */
    static byte[] bytes(Path file) {
        String encoded = file.toAbsolutePath().toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
