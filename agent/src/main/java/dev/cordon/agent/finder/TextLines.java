package dev.cordon.agent.finder;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A file of the kernel, line by line, one character a byte; lines that are too long are cut. For one thread. */
final class TextLines implements AutoCloseable {

    private final FileCalls calls;
    private final Handle file;
    private final int longest;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024).flip();
    private long offset;

    TextLines(FileCalls calls, Handle file, int longest) {
        this.calls = calls;
        this.file = file;
        this.longest = longest;
    }

    Optional<String> next() throws IOException {
        var line = new StringBuilder(128);
        while (true) {
            if (!buffer.hasRemaining()) {
                int count = calls.read(file.descriptor(), buffer.clear(), offset);
                buffer.flip();
                offset += count;
                if (count == 0) {
                    return line.isEmpty() ? Optional.empty() : Optional.of(line.toString());
                }
            }
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                return Optional.of(line.toString());
            }
            if (line.length() < longest) {
                line.append(c);
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
