package dev.cordon.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One kept connection of HTTP/1.1 over TLS that does as little itself as it can: a request is one write, its answer is
 * read by the same thread. What is measured over it is the server's time more than the client's. For one thread.
 */
final class HttpsConnection implements AutoCloseable {

    private static final int LONGEST_LINE = 16 << 10;
    private static final int ANSWER_LIMIT = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SSLSocket socket;
    private final BufferedInputStream in;

    private HttpsConnection(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), 8 << 10);
    }

    static HttpsConnection open(URI base, SSLContext tls) throws IOException {
        var plain = new Socket(base.getHost(), base.getPort());
        plain.setTcpNoDelay(true);
        plain.setSoTimeout((int) PATIENCE.toMillis());
        var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, base.getHost(), base.getPort(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return new HttpsConnection(socket);
    }

    /**
     * What came back.
     *
     * @param kept whether the server lets the connection be
     */
    record Answer(int status, String body, boolean kept) {}

    /** @param request head and body as they go over the wire */
    Answer send(byte[] request) throws IOException {
        var out = socket.getOutputStream();
        out.write(request);
        out.flush();
        var status = line().split(" ", 3);
        long length = 0;
        boolean chunked = false;
        boolean kept = true;
        for (var header = line(); !header.isEmpty(); header = line()) {
            var folded = header.toLowerCase(Locale.ROOT);
            if (folded.startsWith("content-length:")) {
                length = Long.parseLong(
                        folded.substring("content-length:".length()).strip());
            }
            chunked |= folded.startsWith("transfer-encoding:") && folded.endsWith("chunked");
            kept &= !folded.equals("connection: close");
        }
        var body = chunked ? chunks() : exactly(length);
        return new Answer(Integer.parseInt(status[1]), body, kept);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String chunks() throws IOException {
        var all = new StringBuilder();
        for (long size = size(); size > 0; size = size()) {
            all.append(exactly(size));
            if (all.length() > ANSWER_LIMIT) {
                throw new IOException("an answer of more than " + ANSWER_LIMIT + " bytes");
            }
            line();
        }
        line();
        return all.toString();
    }

    private long size() throws IOException {
        return Long.parseLong(line().split(";", 2)[0].strip(), 16);
    }

    private String exactly(long length) throws IOException {
        if (length > ANSWER_LIMIT) {
            throw new IOException("an answer of " + length + " bytes");
        }
        var body = in.readNBytes((int) length);
        if (body.length < length) {
            throw new IOException("the answer ends early");
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new IOException("the answer's head ends early");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
