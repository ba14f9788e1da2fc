package dev.cordon.agent.journal;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** The few things a journal does with a file; a seam at which tests let a disk be full or the power fail. */
interface JournalFile extends Closeable {

    /** The whole file. */
    byte[] read() throws IOException;

    /** Writes all bytes at this place. */
    void write(long position, ByteBuffer bytes) throws IOException;

    /** Cuts the file off here. */
    void truncate(long size) throws IOException;

    /** Returns when everything written is on disk (fdatasync(2)). */
    void sync() throws IOException;

    /** Opens journal files. */
    @FunctionalInterface
    interface Opener {
        JournalFile open(Path file) throws IOException;
    }

    /** A file of the file system, made with mode 0600 if it is not there. */
    static JournalFile onDisk(Path file) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var channel = FileChannel.open(file, EnumSet.of(CREATE, READ, WRITE), ownerOnly);
        return new JournalFile() {
            @Override
            public byte[] read() throws IOException {
                var bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
                int read = 0;
                while (bytes.hasRemaining() && read >= 0) {
                    read = channel.read(bytes, bytes.position());
                }
                return bytes.array();
            }

            @Override
            public void write(long position, ByteBuffer bytes) throws IOException {
                long at = position;
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            }

            @Override
            public void truncate(long size) throws IOException {
                channel.truncate(size);
            }

            @Override
            public void sync() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
