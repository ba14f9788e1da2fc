package dev.cordon.gateway;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Puts together what a connection runs through: TLS, identity, WebSocket, budget, messages. Every connection is added to
 * the group, so that closing finds those that never became a session.
 */
final class AgentPipeline extends ChannelInitializer<SocketChannel> {

    static final String PATH = "/agent/v1";

    private static final int UPGRADE_BYTES = 8 * 1024;

    private final ChannelGroup connections;
    private final SslContext tls;
    private final Executor handshakes;
    private final MachineAuthenticator authenticator;
    private final AgentSessions sessions;
    private final GatewayLimits limits;
    private final Duration silence;
    private final WebSocketServerProtocolConfig webSocket;

    AgentPipeline(
            ChannelGroup connections,
            SslContext tls,
            Executor handshakes,
            MachineAuthenticator authenticator,
            AgentSessions sessions,
            GatewayLimits limits,
            Duration silence) {
        this.connections = connections;
        this.tls = tls;
        this.handshakes = handshakes;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.limits = limits;
        this.silence = silence;
        this.webSocket = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(PATH)
                .handshakeTimeoutMillis(limits.opening().toMillis())
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(limits.frameBytes())
                        .allowExtensions(false)
                        .closeOnProtocolViolation(false)
                        .withUTF8Validator(false)
                        .build())
                .build();
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        connections.add(channel);
        var security = tls.newHandler(channel.alloc(), handshakes);
        security.setHandshakeTimeoutMillis(limits.opening().toMillis());
        channel.pipeline()
                .addLast(security)
                .addLast(new Identification(authenticator))
                .addLast(new IdleStateHandler(silence.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                        .setMaxInitialLineLength(UPGRADE_BYTES)
                        .setMaxHeaderSize(UPGRADE_BYTES)))
                .addLast(new HttpObjectAggregator(UPGRADE_BYTES))
                .addLast(new InboundBudget(limits, System::nanoTime))
                .addLast(new WebSocketServerProtocolHandler(webSocket))
                .addLast(new AgentFrames(sessions, limits));
    }
}
