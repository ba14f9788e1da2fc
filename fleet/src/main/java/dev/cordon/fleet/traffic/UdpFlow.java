package dev.cordon.fleet.traffic;

import dev.cordon.lab.Namespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Datagrams from a bystander to a machine and back. */
final class UdpFlow implements Flow {

    private final String name;
    private final Arrivals arrivals = new Arrivals();
    private final DatagramChannel bystander;
    private final DatagramChannel machine;

    /** Opens both ends and begins to send. */
    static UdpFlow start(String name, Namespace bystander, InetAddress from, Namespace machine, InetAddress to)
            throws IOException {
        DatagramChannel there = bound(machine, to);
        DatagramChannel here = bound(bystander, from);
        var flow = new UdpFlow(name, here, there);
        SocketAddress target = there.getLocalAddress();
        Thread.ofVirtual().name(name + " echo").start(flow::echo);
        Thread.ofVirtual().name(name + " receive").start(flow::receive);
        Thread.ofVirtual().name(name + " send").start(() -> flow.send(target));
        return flow;
    }

    private static DatagramChannel bound(Namespace namespace, InetAddress address) throws IOException {
        return new InsideNamespace(namespace.name())
                .call(() -> DatagramChannel.open().bind(new InetSocketAddress(address, 0)));
    }

    private UdpFlow(String name, DatagramChannel bystander, DatagramChannel machine) {
        this.name = name;
        this.bystander = bystander;
        this.machine = machine;
    }

    private void send(SocketAddress target) {
        while (bystander.isOpen()) {
            sendQuietly(bystander, ByteBuffer.allocate(64), target);
            Pause.millis(PERIOD_MILLIS);
        }
    }

    private void echo() {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        while (machine.isOpen()) {
            SocketAddress sender = receiveOne(machine, buffer);
            if (sender != null) {
                sendQuietly(machine, buffer.flip(), sender);
            }
        }
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        while (bystander.isOpen()) {
            receiveOne(bystander, buffer);
        }
    }

    private @Nullable SocketAddress receiveOne(DatagramChannel channel, ByteBuffer buffer) {
        buffer.clear();
        try {
            SocketAddress sender = channel.receive(buffer);
            arrivals.record();
            return sender;
        } catch (ClosedChannelException e) {
            return null;
        } catch (IOException e) {
            // an ICMP error about an earlier datagram, or the socket was destroyed: the next receive tells
            Pause.millis(PERIOD_MILLIS);
            return null;
        }
    }

    private static void sendQuietly(DatagramChannel channel, ByteBuffer message, SocketAddress target) {
        try {
            channel.send(message, target);
        } catch (IOException e) {
            // a cut network answers with "operation not permitted": exactly what is being measured
        }
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
        Pause.closing(bystander);
        Pause.closing(machine);
    }
}
