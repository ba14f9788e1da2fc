package dev.cordon.gateway;

import dev.cordon.protocol.wire.Acknowledge;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GatewayMessage;
import dev.cordon.protocol.wire.Goodbye;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.SignedReport;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * An agent's end of the protocol with nothing between it and the bytes, so that it can also do what no agent does.
 * Blocking; for one thread.
 */
public final class TestAgent implements AutoCloseable {

    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final int CLOSE = 8;
    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final char[] NO_PASSWORD = {};

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;

    private TestAgent(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    /** A TLS context that trusts one authority and shows one certificate chain, or none. */
    public static SSLContext context(
            X509Certificate serverAuthority, Optional<PrivateKey> key, List<X509Certificate> chain) {
        try {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("server", serverAuthority);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (key.isPresent()) {
                own.setKeyEntry("machine", key.get(), NO_PASSWORD, chain.toArray(Certificate[]::new));
            }
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects and upgrades to WebSocket. With TLS 1.3 a refused certificate shows here, not in the handshake. */
    public static TestAgent connect(int port, SSLContext tls, String... protocols) throws IOException {
        var plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(TIMEOUT_MILLIS);
        var socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        try {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            var agent = new TestAgent(socket);
            agent.upgrade("/agent/v1");
            return agent;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void upgrade(String path) throws IOException {
        out.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("not upgraded: " + head);
        }
    }

    /** What a machine that has this much in its journal says first. */
    public static Hello.Builder hello(long lastJournaled) {
        return Hello.newBuilder()
                .setProtocolVersion(1)
                .setLastJournaledSequence(lastJournaled)
                .setFacts(MachineFacts.newBuilder()
                        .setComputerDnsName("test.example.com")
                        .setOsPlatform("Debian"));
    }

    /** Says hello and reads the welcome. */
    public GatewayMessage greet(long lastJournaled) throws IOException {
        send(AgentMessage.newBuilder().setHello(hello(lastJournaled)).build());
        var answer = receive();
        if (!answer.hasWelcome()) {
            throw new IOException("not welcome, but " + answer.getBodyCase());
        }
        return answer;
    }

    public void acknowledge(long sequence) throws IOException {
        send(AgentMessage.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setSequence(sequence))
                .build());
    }

    public void heartbeat() throws IOException {
        send(AgentMessage.newBuilder()
                .setHeartbeat(Heartbeat.getDefaultInstance())
                .build());
    }

    public void report(SignedReport report) throws IOException {
        send(AgentMessage.newBuilder().setReport(report).build());
    }

    public void send(AgentMessage message) throws IOException {
        frame(FINAL | BINARY, message.toByteArray());
    }

    /** Sends any frame, masked as a client's must be. */
    public void frame(int firstByte, byte[] payload) throws IOException {
        var buffer = ByteBuffer.allocate(payload.length + 14).put((byte) firstByte);
        if (payload.length < 126) {
            buffer.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            buffer.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            buffer.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        buffer.put(mask);
        for (int i = 0; i < payload.length; i++) {
            buffer.put((byte) (payload[i] ^ mask[i % 4]));
        }
        out.write(buffer.array(), 0, buffer.position());
    }

    /** The next message; the end of the connection is an {@link EOFException}. */
    public GatewayMessage receive() throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0f;
            var payload = payload();
            if (opcode == BINARY) {
                return GatewayMessage.parseFrom(payload);
            }
            if (opcode == CLOSE) {
                throw new EOFException("closed with a close frame");
            }
        }
    }

    /** Reads the opcode of the next frame and skips its content. */
    public int receiveOpcode() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        payload();
        return opcode;
    }

    private byte[] payload() throws IOException {
        long length = in.readUnsignedByte() & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        return in.readNBytes(Math.toIntExact(length));
    }

    /** Reads on until the gateway says goodbye. */
    public Goodbye awaitGoodbye() throws IOException {
        while (true) {
            var message = receive();
            if (message.hasGoodbye()) {
                return message.getGoodbye();
            }
        }
    }

    /** Reads on until the connection ends, and tells what was read before. */
    public List<GatewayMessage> readToEnd() {
        var read = new java.util.ArrayList<GatewayMessage>();
        try {
            while (true) {
                read.add(receive());
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the connection did not end", e);
        } catch (IOException e) {
            return read;
        }
    }

    /** Ends the connection as a power cut would: without a word. */
    public void drop() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
