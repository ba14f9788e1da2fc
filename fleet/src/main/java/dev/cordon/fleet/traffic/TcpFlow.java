package dev.cordon.fleet.traffic;

import dev.cordon.lab.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A TCP connection from a bystander to a machine that carries messages both ways, made again when it ended. */
final class TcpFlow implements Flow {

    /** Without an answer for so long the bystander gives a connection up, as a program with a time-out would. */
    private static final long GIVE_UP_NANOS = 700_000_000L;

    private final String name;
    private final Arrivals arrivals = new Arrivals();
    private final InsideNamespace bystander;
    private final ServerSocketChannel listener;
    private final InetSocketAddress target;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicReference<@Nullable SocketChannel> current = new AtomicReference<>();
    private volatile long lastAnswer = System.nanoTime();

    /** Opens both ends and begins to send. */
    static TcpFlow start(String name, Namespace bystander, Namespace machine, InetAddress to) throws IOException {
        ServerSocketChannel listener = new InsideNamespace(machine.name())
                .call(() -> ServerSocketChannel.open().bind(new InetSocketAddress(to, 0)));
        var flow = new TcpFlow(name, new InsideNamespace(bystander.name()), listener);
        Thread.ofVirtual().name(name + " accept").start(flow::accept);
        Thread.ofVirtual().name(name + " send").start(flow::keepSending);
        return flow;
    }

    private TcpFlow(String name, InsideNamespace bystander, ServerSocketChannel listener) throws IOException {
        this.name = name;
        this.bystander = bystander;
        this.listener = listener;
        this.target = (InetSocketAddress) listener.getLocalAddress();
    }

    private void accept() {
        while (open.get()) {
            try {
                SocketChannel connection = listener.accept();
                Thread.ofVirtual().name(name + " echo").start(() -> echo(connection));
            } catch (IOException e) {
                Pause.millis(PERIOD_MILLIS);
            }
        }
    }

    private void echo(SocketChannel connection) {
        try (connection) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer buffer = ByteBuffer.allocate(1024);
            while (connection.read(buffer.clear()) >= 0) {
                arrivals.record();
                connection.write(buffer.flip());
            }
        } catch (IOException e) {
            // cut: the bystander makes a new connection when it can
        }
    }

    private void keepSending() {
        while (open.get()) {
            try (SocketChannel connection = connect()) {
                current.set(connection);
                lastAnswer = System.nanoTime();
                Thread.ofVirtual().name(name + " receive").start(() -> receive(connection));
                while (open.get() && System.nanoTime() - lastAnswer < GIVE_UP_NANOS) {
                    connection.write(ByteBuffer.allocate(16));
                    Pause.millis(PERIOD_MILLIS);
                }
            } catch (IOException e) {
                Pause.millis(100);
            }
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connection = bystander.call(SocketChannel::open);
        try {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            // SYNs are repeated after a second and more: a fresh attempt finds the way back sooner
            connection.socket().connect(target, 300);
            return connection;
        } catch (IOException e) {
            Pause.closing(connection);
            throw e;
        }
    }

    private void receive(SocketChannel connection) {
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        try {
            while (connection.read(buffer.clear()) >= 0) {
                arrivals.record();
                lastAnswer = System.nanoTime();
            }
        } catch (IOException e) {
            // cut, or given up by the sender
        }
        Pause.closing(connection);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int arrivals(long from, long until) {
        return arrivals.between(from, until);
    }

    @Override
    public long lastArrivalSince(long from) {
        return arrivals.lastSince(from);
    }

    @Override
    public long firstArrivalAfter(long from) {
        return arrivals.firstAfter(from);
    }

    @Override
    public void close() {
        open.set(false);
        Pause.closing(listener);
        SocketChannel connection = current.get();
        if (connection != null) {
            Pause.closing(connection);
        }
    }
}
