package dev.cordon.gateway;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Hello;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns one connection's frames into messages and hands them to its {@link AgentSession}. Whatever is not a message of
 * the protocol ends the connection with a reason. Runs on the connection's event loop only, and never blocks it.
 */
final class AgentFrames extends SimpleChannelInboundHandler<Object> {

    static final int PROTOCOL_VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(AgentFrames.class);

    private final AgentSessions sessions;
    private final GatewayLimits limits;
    private @Nullable AgentLink link;
    private @Nullable AgentSession session;

    AgentFrames(AgentSessions sessions, GatewayLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case WebSocketServerProtocolHandler.HandshakeComplete _ -> {
                link = new AgentLink(ctx.channel());
                var _ = ctx.executor()
                        .schedule(
                                () -> {
                                    if (session == null) {
                                        refuse(
                                                ctx,
                                                "no Hello came within "
                                                        + limits.opening().toSeconds() + " s");
                                    }
                                },
                                limits.opening().toMillis(),
                                TimeUnit.MILLISECONDS);
            }
            case InboundBudget.Exceeded _ -> refuse(ctx, "more messages a second than one agent may send");
            case InboundBudget.Pause(var nanos) -> {
                if (link != null) {
                    link.pause(nanos);
                }
            }
            case InboundBudget.Unreadable(var cause) -> unreadable(ctx, cause);
            case IdleStateEvent _ -> {
                if (link == null || !link.worksOnMessages()) {
                    refuse(ctx, "no sign of life for three heartbeats");
                }
            }
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object message) {
        if (link == null) {
            if (message instanceof FullHttpRequest) {
                notHere(ctx);
            }
        } else if (!link.ending()) {
            if (message instanceof BinaryWebSocketFrame frame && frame.isFinalFragment()) {
                read(ctx, link, frame);
            } else if (message instanceof WebSocketFrame) {
                refuse(ctx, "a message is one whole binary frame");
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (link != null) {
            link.adjustReading();
            if (session != null && ctx.channel().isWritable()) {
                session.wake();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (session != null) {
            session.ended();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        unreadable(ctx, cause);
    }

    private void unreadable(ChannelHandlerContext ctx, Throwable cause) {
        if (root(cause) instanceof CorruptedWebSocketFrameException corrupt
                && corrupt.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
            refuse(ctx, "a message is at most " + limits.frameBytes() + " bytes");
        } else if (cause instanceof IOException) {
            var _ = ctx.close();
        } else {
            refuse(ctx, "not a WebSocket frame of this protocol");
        }
    }

    private void read(ChannelHandlerContext ctx, AgentLink to, BinaryWebSocketFrame frame) {
        AgentMessage message;
        int bytes = frame.content().readableBytes();
        try {
            message = AgentMessage.parseFrom(new ByteBufInputStream(frame.content()));
        } catch (InvalidProtocolBufferException e) {
            refuse(ctx, "the frame holds no protobuf message of this protocol");
            return;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        if (session == null) {
            open(ctx, to, message);
        } else if (message.hasHello()) {
            refuse(ctx, "a second Hello");
        } else if (message.getBodyCase() == AgentMessage.BodyCase.BODY_NOT_SET) {
            refuse(ctx, "an empty or unknown message");
        } else {
            session.received(message, bytes);
        }
    }

    private void open(ChannelHandlerContext ctx, AgentLink to, AgentMessage message) {
        if (!message.hasHello()) {
            refuse(ctx, "the first message is a Hello");
            return;
        }
        Hello hello = message.getHello();
        if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
            refuse(
                    ctx,
                    "protocol version " + Integer.toUnsignedString(hello.getProtocolVersion())
                            + " is not spoken here, only " + PROTOCOL_VERSION + ": update the older side");
        } else if (hello.getLastJournaledSequence() < 0) {
            refuse(ctx, "a sequence is at most " + Long.MAX_VALUE);
        } else if (hello.getBlockListVersion() < 0) {
            refuse(ctx, "a version of the block list is at most " + Long.MAX_VALUE);
        } else {
            session = sessions.open(Identification.of(ctx.channel()), to, hello);
        }
    }

    private void refuse(ChannelHandlerContext ctx, String reason) {
        if (link == null) {
            var _ = ctx.close();
        } else if (!link.ending()) {
            LOG.atInfo()
                    .addKeyValue("machine", Identification.of(ctx.channel()).machine())
                    .addKeyValue("remote", ctx.channel().remoteAddress())
                    .addKeyValue("reason", reason)
                    .log("gateway.connection_refused");
            link.goodbye(GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR, reason);
        }
    }

    private static void notHere(ChannelHandlerContext ctx) {
        var text = "This port is for Cordon agents: WebSocket at " + AgentPipeline.PATH + ".\n";
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.NOT_FOUND,
                Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        response.headers().set("content-type", "text/plain").set("content-length", text.length());
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static Throwable root(Throwable cause) {
        return cause.getCause() == null ? cause : root(cause.getCause());
    }
}
