package dev.cordon.cli.connection;

import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.CertificateVerifier;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * TLS 1.3 by BoringSSL, which needs a few milliseconds where the run time's own needs two hundred in a process that has
 * just begun. It believes only certificates that the run time has accepted before ({@link Accepted}), so that who is to
 * be trusted is decided in one place; that the server has their key, BoringSSL checks every time.
 *
 * <p>Native memory is touched under this object's lock and only while it is there; the socket is read without the lock,
 * so that closing it from another thread ends a read that waits.
 */
final class NativeWire implements Wire {

    /** One record and what surrounds it. */
    private static final int RECORD = 17 * 1024;

    private final Socket socket;
    private final InputStream below;
    private final OutputStream beyond;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(RECORD);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(RECORD);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(RECORD);
    private final byte[] carried = new byte[RECORD];
    private final Plain in = new Plain();
    private final Cipher out = new Cipher();
    private final long context;
    private final long ssl;
    private final long bio;
    private boolean freed;

    /** What one call of the library does; its answer is a number of bytes, or not positive. */
    private interface Step {
        int run();
    }

    private NativeWire(Socket socket, String host, byte[] accepted) throws IOException {
        this.socket = socket;
        this.below = socket.getInputStream();
        this.beyond = socket.getOutputStream();
        this.incoming.limit(0);
        this.context = context(accepted);
        this.ssl = SSL.newSSL(context, false);
        this.bio = SSL.bioNewByteBuffer(ssl, RECORD);
        if (!host.isEmpty()) {
            SSL.setTlsExtHostName(ssl, host);
        }
    }

    /**
     * Shakes hands over a connection that is there already; it is closed if that fails.
     *
     * @param host the name to ask for; empty if the server is called by its address
     * @param accepted the digest of the certificates that the server must show
     */
    static NativeWire over(Socket socket, String host, byte[] accepted) throws IOException {
        NativeWire wire;
        try {
            wire = new NativeWire(socket, host, accepted);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        try {
            wire.step(() -> SSL.doHandshake(wire.ssl));
            return wire;
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    private static long context(byte[] accepted) throws IOException {
        try {
            long made = SSLContext.make(SSL.SSL_PROTOCOL_TLSV1_3, SSL.SSL_MODE_CLIENT);
            SSLContext.setVerify(made, SSL.SSL_CVERIFY_REQUIRED, 10);
            SSLContext.setCertVerifyCallback(made, new CertificateVerifier() {
                @Override
                public int verify(long connection, byte[][] chain, String algorithm) {
                    return Accepted.same(accepted, chain) ? X509_V_OK : X509_V_ERR_CERT_UNTRUSTED;
                }
            });
            return made;
        } catch (Exception e) {
            throw new SSLException("BoringSSL is not usable: " + e.getMessage(), e);
        }
    }

    /** Takes a step until it is done, feeding it what the server sends; -1 at the end of the connection. */
    private int step(Step step) throws IOException {
        while (true) {
            int done;
            int error;
            synchronized (this) {
                open();
                SSL.clearError();
                feed();
                done = step.run();
                error = done > 0 ? SSL.SSL_ERROR_NONE : SSL.getError(ssl, done);
                fed();
                send();
            }
            if (error == SSL.SSL_ERROR_NONE) {
                return done;
            } else if (error == SSL.SSL_ERROR_ZERO_RETURN) {
                return -1;
            } else if (error == SSL.SSL_ERROR_WANT_READ) {
                receive();
            } else if (error != SSL.SSL_ERROR_WANT_WRITE) {
                throw new SSLHandshakeException("TLS failed: " + reason());
            }
        }
    }

    private synchronized String reason() {
        String text = SSL.getErrorString(SSL.getLastErrorNumber());
        return text == null || text.isEmpty() ? "the connection broke" : text;
    }

    private void feed() {
        if (incoming.hasRemaining()) {
            SSL.bioSetByteBuffer(bio, Buffer.address(incoming) + incoming.position(), incoming.remaining(), false);
        }
    }

    private void fed() {
        if (incoming.hasRemaining()) {
            incoming.position(incoming.limit() - SSL.bioLengthByteBuffer(bio));
            SSL.bioClearByteBuffer(bio);
        }
    }

    private void send() throws IOException {
        while (SSL.bioLengthNonApplication(bio) > 0) {
            SSL.bioSetByteBuffer(bio, Buffer.address(outgoing), outgoing.capacity(), true);
            int length = SSL.bioFlushByteBuffer(bio);
            SSL.bioClearByteBuffer(bio);
            byte[] record = new byte[length];
            outgoing.get(0, record);
            beyond.write(record);
        }
    }

    private void receive() throws IOException {
        int length = below.read(carried);
        if (length < 0) {
            throw new EOFException("the server closed the connection");
        }
        synchronized (this) {
            open();
            incoming.clear().put(carried, 0, length).flip();
        }
    }

    private void open() throws SocketException {
        if (freed) {
            throw new SocketException("the connection was closed");
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void patience(Duration patience) throws IOException {
        socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        synchronized (this) {
            if (!freed) {
                freed = true;
                SSL.freeSSL(ssl);
                SSLContext.free(context);
            }
        }
    }

    private final class Plain extends Bytes {

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int wanted = Math.min(length, plain.capacity());
            int read = step(() -> SSL.readFromSSL(ssl, Buffer.address(plain), wanted));
            if (read > 0) {
                plain.get(0, bytes, offset, read);
            }
            return read;
        }
    }

    private final class Cipher extends OutputStream {

        private final ByteBuffer piece = ByteBuffer.allocateDirect(16 * 1024);

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            while (at < offset + length) {
                int size = Math.min(piece.capacity(), offset + length - at);
                piece.put(0, bytes, at, size);
                int written = step(() -> SSL.writeToSSL(ssl, Buffer.address(piece), size));
                if (written < 0) {
                    throw new SocketException("the server closed the connection");
                }
                at += written;
            }
        }
    }
}
