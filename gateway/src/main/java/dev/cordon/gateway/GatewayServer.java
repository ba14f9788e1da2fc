package dev.cordon.gateway;

import dev.cordon.protocol.wire.GoodbyeReason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agents' front door: TLS with client certificates and a WebSocket for each machine.
 *
 * <p>Few threads hold many connections: event loops do the network and never block; TLS handshakes, whose certificate
 * check may read from the store, run on a small pool; the work of each machine runs in a {@link SerialLane}. Thread-safe.
 */
public final class GatewayServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int BACKLOG = 4096;

    private final GatewaySettings settings;
    private final MachineAuthenticator authenticator;
    private final AgentSessions sessions;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final SslContext tls;
    private final EventLoopGroup loops;
    private final ExecutorService handshakes;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Channel listener;

    /** A gateway whose tenants block no files and that takes no uploads. */
    public GatewayServer(
            GatewaySettings settings,
            MachineAuthenticator authenticator,
            CommandSource commands,
            MachineInbox inbox,
            InstantSource clock) {
        this(settings, authenticator, commands, inbox, BlockListSource.NONE, UploadInbox.NONE, clock);
    }

    public GatewayServer(
            GatewaySettings settings,
            MachineAuthenticator authenticator,
            CommandSource commands,
            MachineInbox inbox,
            BlockListSource blocks,
            UploadInbox uploads,
            InstantSource clock) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.sessions = new AgentSessions(new AgentSessions.Ports(
                authenticator,
                commands,
                inbox,
                blocks,
                uploads,
                new UploadSlots(settings.limits().uploads(), System::nanoTime),
                clock,
                settings,
                this::advertised));
        this.tls = GatewayTls.context(settings, authenticator);
        int cores = Runtime.getRuntime().availableProcessors();
        this.handshakes = Executors.newFixedThreadPool(
                Math.clamp(cores, 2, 8),
                Thread.ofPlatform().name("cordon-gateway-tls-", 1).daemon().factory());
        this.loops = new MultiThreadIoEventLoopGroup(
                Math.clamp(cores, 1, 8), new DefaultThreadFactory("cordon-gateway", true), ioHandlers());
        commands.listen(sessions);
        blocks.onChange(sessions::wakeTenant);
    }

    /**
     * Begins to listen.
     *
     * @throws GatewayException if the port is in use or may not be used
     */
    public GatewayServer start() {
        var limits = settings.limits();
        var silence = settings.heartbeat().multipliedBy(3);
        var pipeline = new AgentPipeline(connections, tls, handshakes, authenticator, sessions, limits, silence);
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(listenerType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(limits.outboundBytes() / 2, limits.outboundBytes()))
                .childHandler(pipeline)
                .bind(settings.listen())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw refused(bound.cause());
        }
        listener = bound.channel();
        LOG.atInfo()
                .addKeyValue("address", listener.localAddress())
                .addKeyValue("tls", tls.getClass().getSimpleName())
                .log("gateway.started");
        return this;
    }

    /** The port it listens on. */
    public int port() {
        if (listener == null) {
            throw new IllegalStateException("the gateway is not started");
        }
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** {@code host:port} of the gateways that agents may use; a port given as 0 is the one this gateway listens on. */
    public List<String> advertised() {
        return settings.gateways().stream()
                .map(gateway -> gateway.endsWith(":0") ? gateway.substring(0, gateway.length() - 1) + port() : gateway)
                .toList();
    }

    /** How many machines are connected here. */
    public int connectedMachines() {
        return sessions.count();
    }

    /** Ends a machine's connection, if it has one here, because it may no longer have one. */
    public void dismiss(MachineRef machine) {
        sessions.goodbye(
                machine, GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED, "the machine's certificate is no longer valid");
    }

    /** Says goodbye to every agent, lets the work that has begun end, and frees the port. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (listener != null) {
            listener.close().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
        }
        for (var session : sessions.all()) {
            session.goodbye(GoodbyeReason.GOODBYE_REASON_SHUTTING_DOWN, "the gateway is shutting down");
        }
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        while (sessions.count() > 0 && System.nanoTime() < deadline && pause()) {}
        connections.close().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
        loops.shutdownGracefully(0, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_LIMIT.toMillis());
        handshakes.shutdownNow();
        ReferenceCountUtil.release(tls);
    }

    private GatewayException refused(Throwable cause) {
        var address = settings.listen();
        if (cause instanceof BindException || String.valueOf(cause.getMessage()).contains("in use")) {
            return new GatewayException(
                    "The gateway cannot listen on " + address.getHostString() + ":" + address.getPort()
                            + ": another program uses the port, or the address is not this machine's."
                            + " End that program, or choose another with --gateway-port.",
                    cause);
        }
        return new GatewayException(
                "The gateway cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                        + cause.getMessage() + ". Ports below 1024 need privileges.",
                cause);
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static IoHandlerFactory ioHandlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends ServerChannel> listenerType() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }
}
