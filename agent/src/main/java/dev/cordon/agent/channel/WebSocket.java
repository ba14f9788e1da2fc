package dev.cordon.agent.channel;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * A client's end of a WebSocket (RFC 6455) over two streams. The agent has its own, because the one of the JDK costs it
 * ten megabytes of memory.
 *
 * <p>One thread receives; any thread may send. Messages in pieces are put together up to {@link #MAX_MESSAGE} bytes;
 * pings are answered; extensions are not offered and not accepted.
 */
final class WebSocket {

    /** Largest message that is taken from a gateway. */
    static final int MAX_MESSAGE = 1024 * 1024;

    private static final int MAX_HEADERS = 16 * 1024;
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final InputStream in;
    private final OutputStream out;
    private final SecureRandom random;
    private final LongConsumer onPong;
    private final ReentrantLock sending = new ReentrantLock(true);

    private WebSocket(InputStream in, OutputStream out, SecureRandom random, LongConsumer onPong) {
        this.in = in;
        this.out = out;
        this.random = random;
        this.onPong = onPong;
    }

    /**
     * Opens a WebSocket (RFC 6455, section 4.1) and checks the server's answer.
     *
     * @param onPong told the number with which {@link #ping} was called, by the receiving thread
     */
    static WebSocket open(
            InputStream in, OutputStream out, String host, String path, SecureRandom random, LongConsumer onPong)
            throws IOException {
        var nonce = new byte[16];
        random.nextBytes(nonce);
        var key = Base64.getEncoder().encodeToString(nonce);
        var request = "GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
                + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        var buffered = new BufferedInputStream(in, 8192);
        check(answer(buffered), key);
        return new WebSocket(buffered, out, random, onPong);
    }

    private static void check(Map<String, String> answer, String key) throws ChannelException {
        var status = answer.getOrDefault("", "");
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new ChannelException("the gateway does not open a WebSocket: " + status);
        }
        boolean upgraded = answer.getOrDefault("upgrade", "").equalsIgnoreCase("websocket")
                && answer.getOrDefault("connection", "")
                        .toLowerCase(Locale.ROOT)
                        .contains("upgrade");
        if (!upgraded || !accept(key).equals(answer.get("sec-websocket-accept"))) {
            throw new ChannelException("what answered is no WebSocket server (wrong Sec-WebSocket-Accept)");
        }
        if (answer.containsKey("sec-websocket-extensions") || answer.containsKey("sec-websocket-protocol")) {
            throw new ChannelException("the gateway uses a WebSocket extension or subprotocol that was not offered");
        }
    }

    static String accept(String key) {
        try {
            var digest =
                    MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SALT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-1", e);
        }
    }

    /** Status line under the empty name, header fields under theirs in lower case. */
    private static Map<String, String> answer(InputStream in) throws IOException {
        var text = new ByteArrayOutputStream(512);
        int tail = 0;
        while (tail != 0x0D0A0D0A) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the gateway ended the connection before it opened a WebSocket");
            }
            if (text.size() >= MAX_HEADERS) {
                throw new ChannelException("the gateway's answer is too long");
            }
            text.write(octet);
            tail = tail << 8 | octet;
        }
        var fields = new HashMap<String, String>();
        for (var line : text.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (fields.isEmpty()) {
                fields.put("", line);
            } else if (colon > 0) {
                fields.merge(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (a, b) -> a + ", " + b);
            }
        }
        return fields;
    }

    /** Sends one binary message. */
    void send(byte[] message) throws IOException {
        write(new Frame(true, Frame.BINARY, message));
    }

    /** Sends a ping that carries this number; the pong brings it back. */
    void ping(long number) throws IOException {
        write(new Frame(
                true,
                Frame.PING,
                ByteBuffer.allocate(Long.BYTES).putLong(number).array()));
    }

    /** Says good-bye (RFC 6455, section 7.4.1: 1001, going away). */
    void sayGoodbye() throws IOException {
        write(new Frame(true, Frame.CLOSE, new byte[] {0x03, (byte) 0xE9}));
    }

    /**
     * The next message, answering pings on the way.
     *
     * @throws EOFException if the gateway has closed the WebSocket or the connection
     * @throws ChannelException if it breaks the protocol
     */
    byte[] receive() throws IOException {
        var pieces = new ByteArrayOutputStream(0);
        boolean inPieces = false;
        while (true) {
            var frame = Frame.read(in, MAX_MESSAGE);
            switch (frame.opcode()) {
                case Frame.PING -> write(new Frame(true, Frame.PONG, frame.payload()));
                case Frame.PONG -> pong(frame.payload());
                case Frame.CLOSE -> throw closed(frame.payload());
                case Frame.TEXT -> throw new ChannelException("the gateway sent text; messages are binary");
                default -> {
                    if (inPieces != (frame.opcode() == Frame.CONTINUATION)) {
                        throw new ChannelException("the gateway mixed up the pieces of its messages");
                    }
                    if (frame.last() && !inPieces) {
                        return frame.payload();
                    }
                    if (pieces.size() + frame.payload().length > MAX_MESSAGE) {
                        throw new ChannelException("the gateway sent a message of more than " + MAX_MESSAGE + " bytes");
                    }
                    pieces.writeBytes(frame.payload());
                    if (frame.last()) {
                        return pieces.toByteArray();
                    }
                    inPieces = true;
                }
            }
        }
    }

    private void pong(byte[] payload) {
        if (payload.length == Long.BYTES) {
            onPong.accept(ByteBuffer.wrap(payload).getLong());
        }
    }

    private static EOFException closed(byte[] payload) {
        int code = payload.length < 2 ? 1005 : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
        return new EOFException("the gateway closed the connection (code " + code + ")");
    }

    private void write(Frame frame) throws IOException {
        var bytes = frame.masked(random.nextInt());
        sending.lock();
        try {
            out.write(bytes);
            out.flush();
        } finally {
            sending.unlock();
        }
    }
}
