package dev.cordon.agent.channel;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Acknowledge;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GatewayMessage;
import dev.cordon.protocol.wire.Goodbye;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.Welcome;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import javax.net.ssl.SSLSocket;

/**
 * One connection, from the first byte to the last. The thread that calls {@link #converse} receives; the others send.
 *
 * <p>The peer counts as dead when nothing has come for three heartbeats. Whoever fails to send ends the connection: the
 * receiving thread then returns, and the channel makes a new one.
 */
final class Session {

    static final int PROTOCOL_VERSION = 1;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REPORT_PATIENCE = Duration.ofSeconds(30);
    private static final int DEFAULT_HEARTBEAT_SECONDS = 30;
    private static final int MOST_HEARTBEAT_SECONDS = 3600;

    private final long number;
    private final PinnedGateways.Target target;
    private final Conversation conversation;
    private final Log log;
    private final Socket raw;
    private final WebSocket webSocket;
    private final SSLSocket secure;
    private final ReentrantLock reporting = new ReentrantLock();
    private final CountDownLatch over = new CountDownLatch(1);
    private long lastSentReport;
    private long oldestUnconfirmedSince = System.nanoTime();
    private int heartbeatSeconds = DEFAULT_HEARTBEAT_SECONDS;

    private Session(
            long number,
            PinnedGateways.Target target,
            Conversation conversation,
            Log log,
            Socket raw,
            SSLSocket secure,
            WebSocket webSocket) {
        this.number = number;
        this.target = target;
        this.conversation = conversation;
        this.log = log;
        this.raw = raw;
        this.secure = secure;
        this.webSocket = webSocket;
    }

    /** Connects, shakes hands and opens the WebSocket. */
    static Session connect(
            long number,
            PinnedGateways.Target target,
            GatewayTls tls,
            Conversation conversation,
            SecureRandom random,
            LongConsumer onPong,
            Log log)
            throws IOException {
        var raw = new Socket();
        try {
            raw.setTcpNoDelay(true);
            raw.setSoTimeout((int) HANDSHAKE_TIMEOUT.toMillis());
            raw.connect(target.address(), (int) CONNECT_TIMEOUT.toMillis());
            var gateway = target.gateway();
            var secure = tls.secure(raw, gateway.host(), gateway.port());
            var webSocket = WebSocket.open(
                    secure.getInputStream(), secure.getOutputStream(), gateway.toString(), "/agent/v1", random, onPong);
            return new Session(number, target, conversation, log, raw, secure, webSocket);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** Tells this connection from those before it. */
    long number() {
        return number;
    }

    PinnedGateways.Target target() {
        return target;
    }

    /** Says hello and waits for the welcome, which must come first. */
    Greeting greet() throws IOException {
        send(AgentMessage.newBuilder().setHello(conversation.hello()));
        var answer = receive();
        if (answer.hasRenewedCertificate()) {
            conversation.renewed(answer.getRenewedCertificate());
            answer = receive();
        }
        return switch (answer.getBodyCase()) {
            case WELCOME -> {
                var welcome = answer.getWelcome();
                int seconds = welcome.getHeartbeatSeconds();
                heartbeatSeconds =
                        seconds == 0 ? DEFAULT_HEARTBEAT_SECONDS : Math.clamp(seconds, 1, MOST_HEARTBEAT_SECONDS);
                secure.setSoTimeout(3_000 * heartbeatSeconds);
                conversation.welcomed(welcome);
                yield new Greeting(Optional.of(welcome), Optional.empty());
            }
            case GOODBYE -> new Greeting(Optional.empty(), Optional.of(answer.getGoodbye()));
            default -> throw new ChannelException("the gateway did not answer the hello with a welcome");
        };
    }

    /** How the gateway answered the hello: one of the two is there. */
    record Greeting(Optional<Welcome> welcome, Optional<Goodbye> goodbye) {}

    /** Receives until the connection ends; returns the gateway's good-bye if it said one. */
    Optional<Goodbye> converse() throws IOException {
        Thread.ofVirtual().name("heartbeat").start(this::beat);
        try {
            reportsWaiting();
            while (true) {
                var message = receive();
                switch (message.getBodyCase()) {
                    case COMMAND -> {
                        if (!conversation.command(message.getCommand())) {
                            throw new ChannelException("more commands came than can be taken in");
                        }
                    }
                    case REPORT_RECEIVED ->
                        conversation.reportReceived(message.getReportReceived().getReportNumber());
                    case GOODBYE -> {
                        return Optional.of(message.getGoodbye());
                    }
                    case BLOCK_CHANGES -> {
                        if (!conversation.blockChanges(message.getBlockChanges())) {
                            throw new ChannelException("more changes of the block list came than can be taken in");
                        }
                    }
                    case RENEWED_CERTIFICATE -> conversation.renewed(message.getRenewedCertificate());
                    case UPLOAD_STATE -> conversation.uploadState(message.getUploadState());
                    case WELCOME, HEARTBEAT_RECEIVED, BODY_NOT_SET -> {
                        // A sign of life, or something newer than this agent.
                    }
                }
            }
        } catch (SocketTimeoutException e) {
            throw new ChannelException("nothing came from the gateway for three heartbeats");
        } finally {
            over.countDown();
        }
    }

    private void beat() {
        try {
            while (!over.await(heartbeatSeconds, TimeUnit.SECONDS)) {
                if (!say(AgentMessage.newBuilder().setHeartbeat(conversation.heartbeat()))) {
                    return;
                }
                repeatOldReports();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void acknowledge(long sequence) {
        say(AgentMessage.newBuilder().setAcknowledge(Acknowledge.newBuilder().setSequence(sequence)));
    }

    void report(SignedReport report) {
        say(AgentMessage.newBuilder().setReport(report));
    }

    /** Sends every unconfirmed report that was not sent on this connection, in their order. */
    void reportsWaiting() {
        reporting.lock();
        try {
            var waiting = conversation.unconfirmedAfter(lastSentReport);
            for (var queued : waiting) {
                report(parse(queued));
                lastSentReport = queued.getNumber();
            }
        } finally {
            reporting.unlock();
        }
    }

    /** The server may have failed to store a report without ending the connection: after a while, all are sent again. */
    private void repeatOldReports() {
        reporting.lock();
        try {
            if (conversation.unconfirmedAfter(0).isEmpty()) {
                oldestUnconfirmedSince = System.nanoTime();
            } else if (System.nanoTime() - oldestUnconfirmedSince > REPORT_PATIENCE.toNanos()) {
                oldestUnconfirmedSince = System.nanoTime();
                lastSentReport = 0;
                reportsWaiting();
            }
        } finally {
            reporting.unlock();
        }
    }

    void ping(long number) {
        try {
            webSocket.ping(number);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Ends the connection from any thread; the receiving one notices. */
    void abort() {
        try {
            raw.close();
        } catch (IOException e) {
            log.debug("socket-not-closed", "error", e);
        }
    }

    /** Says good-bye, without waiting for anything, and ends the connection. */
    void close() {
        try {
            raw.setSoTimeout(1);
            webSocket.sayGoodbye();
        } catch (IOException e) {
            log.debug("goodbye-not-said", "error", e);
        }
        abort();
    }

    /** Returns false if that failed; the connection is then over. */
    boolean say(AgentMessage.Builder message) {
        try {
            send(message);
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    private void failed(IOException e) {
        if (!(e instanceof SocketException)) {
            log.debug("send-failed", "error", e);
        }
        abort();
    }

    private void send(AgentMessage.Builder message) throws IOException {
        webSocket.send(message.build().toByteArray());
    }

    private GatewayMessage receive() throws IOException {
        try {
            return GatewayMessage.parseFrom(webSocket.receive());
        } catch (InvalidProtocolBufferException e) {
            throw new ChannelException("the gateway sent something that is no message: " + e.getMessage());
        }
    }

    private static SignedReport parse(Queued queued) {
        try {
            return SignedReport.parseFrom(queued.getSignedReport());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the journal holds a report that cannot be read", e);
        }
    }
}
