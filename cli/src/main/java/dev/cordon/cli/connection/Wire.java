package dev.cordon.cli.connection;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** Bytes to and from a server that is believed. For one thread at a time; any thread may close it. */
interface Wire extends Closeable {

    InputStream in();

    OutputStream out();

    /** From now on a read that takes longer than this ends with a {@link java.net.SocketTimeoutException}. */
    void patience(Duration patience) throws IOException;
}
