package dev.cordon.agent.collection;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What was to be collected could not be read; the package itself is fine. */
final class SourceException extends IOException {

    private static final long serialVersionUID = 1L;

    SourceException(IOException cause) {
        super(explain(cause), cause);
    }

    private static String explain(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "it may not be read";
            case EOFException _ -> "it has become shorter meanwhile";
            default -> "it cannot be read (" + cause.getClass().getSimpleName() + ")";
        };
    }

    /** Opens a file so that whatever goes wrong with it, and nothing else, comes as this exception. */
    static InputStream watching(Path file, boolean follow) throws SourceException {
        InputStream in;
        try {
            in = follow ? Files.newInputStream(file) : Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new SourceException(e);
        }
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws SourceException {
                try {
                    return in.read(bytes, offset, length);
                } catch (IOException e) {
                    throw new SourceException(e);
                }
            }

            @Override
            public void skipNBytes(long count) throws SourceException {
                try {
                    in.skipNBytes(count);
                } catch (IOException e) {
                    throw new SourceException(e);
                }
            }
        };
    }
}
