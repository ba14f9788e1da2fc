package dev.cordon.agent.journal;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A journal file whose writes fail from a certain one on: a full disk, or, when it is opened anew, a crash. */
public final class CrashingFile implements JournalFile {

    private final JournalFile file;
    private final AtomicInteger writesLeft;

    private CrashingFile(JournalFile file, AtomicInteger writesLeft) {
        this.file = file;
        this.writesLeft = writesLeft;
    }

    /** Opens a journal that lets so many more writes through; the count may be raised later. */
    public static Journal open(Path directory, AtomicInteger writesLeft) throws JournalException {
        return Journal.open(directory, Log.silent(), path -> new CrashingFile(JournalFile.onDisk(path), writesLeft));
    }

    @Override
    public byte[] read() throws IOException {
        return file.read();
    }

    @Override
    public void write(long position, ByteBuffer bytes) throws IOException {
        if (writesLeft.getAndDecrement() <= 0) {
            writesLeft.set(0);
            bytes.limit(bytes.position() + bytes.remaining() / 2);
            file.write(position, bytes);
            throw new IOException("No space left on device");
        }
        file.write(position, bytes);
    }

    @Override
    public void truncate(long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
        file.sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
