package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.file.Path;

/** The system calls of a scan that the run time does not have. Safe for use by many threads. */
public interface ScanSystem {

    /**
     * Opens a regular file for reading. Never waits for the other end of a FIFO, never follows a symbolic link unless
     * asked to, leaves the time of the last access alone where the system allows it.
     *
     * @param follow for the links of {@code /proc}, which name a file that may have no name any more
     * @throws java.nio.file.NoSuchFileException if there is none (any more)
     * @throws IOException if it cannot be read or is no regular file
     */
    OpenFile open(Path file, boolean follow) throws IOException;

    /** Connects to a listening Unix socket. */
    DescriptorSocket connect(Path socket) throws IOException;

    /** From now on the calling thread, and the programs it starts, get what others leave of processor and disk. */
    void stepBack();

    /** A file that is open for reading; the number is good until it is closed. */
    interface OpenFile extends AutoCloseable {
        int descriptor();

        /** In bytes, when it was opened. */
        long size();

        @Override
        void close();
    }

    /** A connection that carries open files too (SCM_RIGHTS, unix(7)). For one thread at a time. */
    interface DescriptorSocket extends AutoCloseable {

        void send(byte[] bytes) throws IOException;

        /** Sends one byte, and with it the right to read the file. */
        void send(OpenFile file) throws IOException;

        /** How many bytes came; 0 if none came in time, -1 at the end of the connection. */
        int receive(byte[] buffer, int milliseconds) throws IOException;

        @Override
        void close();
    }
}
