package dev.cordon.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.function.LongSupplier;

/**
 * Counts frames of every kind, pings included, against the connection's budget of bytes and messages. Too many messages
 * end the connection; too many bytes only slow it down, because an upload is as fast as it is let be.
 */
final class InboundBudget extends ChannelInboundHandlerAdapter {

    /** Told to the rest of the pipeline when a connection has used more than its budget. */
    enum Exceeded {
        BUDGET
    }

    /** Told to the rest of the pipeline when nothing more should be read for a while. */
    record Pause(long nanos) {}

    /** Told to the rest of the pipeline when the bytes that came are no frame of the protocol. */
    record Unreadable(Throwable cause) {}

    /** What a frame costs beyond its content: header and handling. */
    private static final int FRAME_BYTES = 16;

    private final LongSupplier nanos;
    private final TokenBucket bytes;
    private final TokenBucket messages;

    InboundBudget(GatewayLimits limits, LongSupplier nanos) {
        this.nanos = nanos;
        this.bytes = new TokenBucket(limits.bytesPerSecond(), limits.bytesBurst(), nanos.getAsLong());
        this.messages = new TokenBucket(limits.messagesPerSecond(), limits.messagesBurst(), nanos.getAsLong());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof WebSocketFrame frame) {
            long now = nanos.getAsLong();
            if (!messages.take(1, now)) {
                ReferenceCountUtil.release(message);
                ctx.fireUserEventTriggered(Exceeded.BUDGET);
                return;
            }
            long pause = bytes.takeOnCredit(frame.content().readableBytes() + FRAME_BYTES, now);
            if (pause > 0) {
                ctx.fireUserEventTriggered(new Pause(pause));
            }
        }
        ctx.fireChannelRead(message);
    }

    /** As an event, because an exception would make Netty's WebSocket handler close before the agent is told why. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.fireUserEventTriggered(new Unreadable(cause));
    }
}
