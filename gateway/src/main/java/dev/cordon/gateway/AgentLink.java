package dev.cordon.gateway;

import dev.cordon.protocol.wire.GatewayMessage;
import dev.cordon.protocol.wire.Goodbye;
import dev.cordon.protocol.wire.GoodbyeReason;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The sending half of one connection, and its brakes: reading stops while the agent does not read what it is sent, or
 * while its messages come faster than they can be stored. Thread-safe; nothing blocks.
 */
final class AgentLink {

    /** Messages of one connection that may wait for the store before reading pauses. */
    private static final int MOST_WAITING = 64;

    /** Bytes of one connection's messages that may wait before reading pauses. */
    private static final int MOST_WAITING_BYTES = 1 << 20;

    /** How long a peer that does not read may keep a connection that is to end. */
    private static final long CLOSE_SECONDS = 3;

    private final Channel channel;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger waitingBytes = new AtomicInteger();

    // touched on the event loop only
    private int pauses;

    AgentLink(Channel channel) {
        this.channel = channel;
    }

    void send(GatewayMessage message) {
        if (!ending.get()) {
            var _ = channel.writeAndFlush(frame(message));
        }
    }

    /** Says why, then closes. Only the first end of a connection counts. */
    void goodbye(GoodbyeReason reason, String message) {
        if (ending.compareAndSet(false, true)) {
            var goodbye = Goodbye.newBuilder().setReason(reason).setMessage(message);
            var _ = channel.write(
                    frame(GatewayMessage.newBuilder().setGoodbye(goodbye).build()));
            close(WebSocketCloseStatus.NORMAL_CLOSURE, reason == GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR);
        }
    }

    /** Closes without a reason that the agent could act on: it connects again after its back-off. */
    void giveUp() {
        if (ending.compareAndSet(false, true)) {
            close(WebSocketCloseStatus.TRY_AGAIN_LATER, false);
        }
    }

    boolean ending() {
        return ending.get() || !channel.isActive();
    }

    /** Whether the agent reads fast enough to be sent more. */
    boolean takesMore() {
        return channel.isWritable();
    }

    InetAddress remoteAddress() {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress();
    }

    /** A message has come and waits to be worked on. */
    void messageCame(int bytes) {
        int held = waitingBytes.addAndGet(bytes);
        boolean full = held >= MOST_WAITING_BYTES && held - bytes < MOST_WAITING_BYTES;
        if (waiting.incrementAndGet() == MOST_WAITING || full) {
            adjustReading();
        }
    }

    void messageDone(int bytes) {
        int held = waitingBytes.addAndGet(-bytes);
        boolean roomAgain = held <= MOST_WAITING_BYTES / 2 && held + bytes > MOST_WAITING_BYTES / 2;
        if (waiting.decrementAndGet() == MOST_WAITING / 2 || roomAgain) {
            adjustReading();
        }
    }

    boolean worksOnMessages() {
        return waiting.get() > 0;
    }

    /** Reads nothing for a while, because the agent sent more bytes than it may. Called on the event loop. */
    void pause(long nanos) {
        pauses++;
        adjustReading();
        var _ = channel.eventLoop()
                .schedule(
                        () -> {
                            pauses--;
                            adjustReading();
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    void adjustReading() {
        channel.eventLoop().execute(() -> {
            if (ending.get()) {
                return;
            }
            boolean reads = channel.config().isAutoRead();
            boolean hurried =
                    above(waiting.get(), MOST_WAITING, reads) || above(waitingBytes.get(), MOST_WAITING_BYTES, reads);
            channel.config().setAutoRead(channel.isWritable() && !hurried && pauses == 0);
        });
    }

    /** Pauses at the limit, goes on at half of it. */
    private static boolean above(int held, int limit, boolean reads) {
        return held >= limit || (!reads && held > limit / 2);
    }

    /**
     * Closes once the close frame is written, or once the peer closes: a peer that is in the middle of sending would
     * otherwise get a reset and never read why.
     */
    private void close(WebSocketCloseStatus status, boolean peerFirst) {
        Runnable insist = () -> {
            var _ = channel.close();
        };
        var written = channel.writeAndFlush(new CloseWebSocketFrame(status));
        if (!peerFirst) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
        channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
        var _ = channel.eventLoop().schedule(insist, CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private static BinaryWebSocketFrame frame(GatewayMessage message) {
        return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.toByteArray()));
    }
}
