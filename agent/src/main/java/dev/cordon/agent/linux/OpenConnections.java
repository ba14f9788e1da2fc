package dev.cordon.agent.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ends the connections that an isolation does not allow, through the kernel's socket diagnostics (sock_diag(7)).
 *
 * <p>Rules alone only make a connection silent: it would come back to life after the release. An ended one fails at
 * once for the local program. Connections to this machine's own addresses, to the gateways and those that an exclusion
 * allows are left alone.
 */
final class OpenConnections {

    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int SOCK_DESTROY = 21;
    private static final short REQUEST_ACK = 1 | 4;
    private static final short REQUEST_DUMP = 1 | 0x300;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int ESTABLISHED = 1 << 1;
    /** All but time-wait (6), closed (7) and listening (10), which carry no data. */
    private static final int TCP_ALIVE = 0x1fff & ~(1 | 1 << 6 | 1 << 7 | 1 << 10);

    private static final int ID_BYTES = 48;
    private static final int MESSAGE_BYTES = 72;
    private static final int UID_OFFSET = 64;
    private static final int ATTRIBUTE_CGROUP = 21;
    private static final int ANSWER_MILLIS = 2_000;
    private static final Duration SS_TIME_LIMIT = Duration.ofSeconds(10);

    private OpenConnections() {}

    /** @param error why some could not be ended; empty if none */
    record Ended(int count, String error) {}

    private record Connection(
            byte family,
            Flow.Transport transport,
            ByteBuffer id,
            int localPort,
            InetAddress remote,
            int remotePort,
            long uid,
            long cgroup) {}

    static Ended endAllBut(Plan plan) {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG, 0)) {
            int ended = 0;
            String error = "";
            for (Connection connection : disallowed(socket, plan)) {
                int status = destroy(socket, connection);
                if (status == 0) {
                    ended++;
                } else if (status != -LibC.ENOENT) {
                    error = LibC.error(-status);
                }
            }
            return new Ended(ended, error);
        } catch (IOException e) {
            return byProgram(plan, String.valueOf(e.getMessage()));
        }
    }

    /** Lists the connections and asks the kernel to end one that cannot exist; returns why it could not have. */
    static Optional<String> rehearse(Plan plan) {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG, 0)) {
            disallowed(socket, plan);
            int status = destroy(
                    socket,
                    new Connection(
                            (byte) LibC.AF_INET,
                            Flow.Transport.TCP,
                            ByteBuffer.wrap(new byte[ID_BYTES]),
                            0,
                            InetAddress.getLoopbackAddress(),
                            0,
                            0,
                            0));
            return status == -LibC.ENOENT ? Optional.empty() : Optional.of(LibC.error(-status));
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** How many connections are open that the isolation does not allow. */
    static int countDisallowed(Plan plan) throws IOException {
        try (NetlinkSocket socket = NetlinkSocket.open(NetlinkSocket.SOCK_DIAG, 0)) {
            return disallowed(socket, plan).size();
        }
    }

    private static List<Connection> disallowed(NetlinkSocket socket, Plan plan) throws IOException {
        Set<InetAddress> own = ownAddresses();
        List<Connection> found = new ArrayList<>();
        for (int family : new int[] {LibC.AF_INET, LibC.AF_INET6}) {
            found.addAll(list(socket, family, Flow.Transport.TCP));
            found.addAll(list(socket, family, Flow.Transport.UDP));
        }
        found.removeIf(connection -> stays(connection, plan, own));
        return found;
    }

    private static boolean stays(Connection connection, Plan plan, Set<InetAddress> own) {
        InetAddress remote = connection.remote();
        if (remote.isLoopbackAddress() || remote.isAnyLocalAddress() || own.contains(remote)) {
            return true;
        }
        if (connection.transport() == Flow.Transport.TCP && plan.isControl(remote, connection.remotePort())) {
            return true;
        }
        return plan.flows().stream()
                .anyMatch(flow ->
                        flow.covers(connection.transport(), remote, connection.remotePort(), connection.localPort())
                                && (flow.uid().isEmpty() || flow.uid().getAsLong() == connection.uid())
                                && flow.service()
                                        .map(service -> service.id() == connection.cgroup())
                                        .orElse(true));
    }

    private static Set<InetAddress> ownAddresses() throws IOException {
        Set<InetAddress> own = new HashSet<>();
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .forEach(own::add);
        return own;
    }

    private static List<Connection> list(NetlinkSocket socket, int family, Flow.Transport transport)
            throws IOException {
        boolean tcp = transport == Flow.Transport.TCP;
        socket.send(request(
                SOCK_DIAG_BY_FAMILY,
                REQUEST_DUMP,
                (byte) family,
                tcp ? IPPROTO_TCP : IPPROTO_UDP,
                tcp ? TCP_ALIVE : ESTABLISHED,
                new byte[ID_BYTES]));
        List<Connection> connections = new ArrayList<>();
        while (true) {
            ByteBuffer datagram = socket.receive(ANSWER_MILLIS);
            while (datagram.remaining() >= NetlinkSocket.HEADER_BYTES) {
                int start = datagram.position();
                int length = datagram.getInt(start);
                int type = datagram.getShort(start + 4);
                if (length < NetlinkSocket.HEADER_BYTES || length > datagram.remaining()) {
                    throw new IOException("the kernel sent a message that is cut off");
                }
                if (type == NetlinkSocket.TYPE_DONE) {
                    return connections;
                }
                if (type == NetlinkSocket.TYPE_ERROR) {
                    throw new IOException(LibC.error(-datagram.getInt(start + NetlinkSocket.HEADER_BYTES)));
                }
                ByteBuffer message = datagram.slice(
                                start + NetlinkSocket.HEADER_BYTES, length - NetlinkSocket.HEADER_BYTES)
                        .order(ByteOrder.nativeOrder());
                if (message.remaining() >= MESSAGE_BYTES) {
                    connections.add(connection(message, transport));
                }
                datagram.position(Math.min(datagram.limit(), start + ((length + 3) & ~3)));
            }
        }
    }

    private static Connection connection(ByteBuffer message, Flow.Transport transport) {
        byte family = message.get(0);
        byte[] id = new byte[ID_BYTES];
        message.get(4, id);
        int bytes = family == LibC.AF_INET ? 4 : 16;
        long cgroup = 0;
        int at = MESSAGE_BYTES;
        while (at + 4 <= message.limit()) {
            int length = Short.toUnsignedInt(message.getShort(at));
            if (length < 4 || at + length > message.limit()) {
                break;
            }
            if (message.getShort(at + 2) == ATTRIBUTE_CGROUP && length >= 12) {
                cgroup = message.getLong(at + 4);
            }
            at += (length + 3) & ~3;
        }
        return new Connection(
                family,
                transport,
                ByteBuffer.wrap(id),
                port(id, 0),
                address(id, 20, bytes),
                port(id, 2),
                Integer.toUnsignedLong(message.getInt(UID_OFFSET)),
                cgroup);
    }

    private static int port(byte[] id, int at) {
        return ((id[at] & 0xff) << 8) | (id[at + 1] & 0xff);
    }

    private static InetAddress address(byte[] id, int at, int bytes) {
        byte[] address = new byte[bytes];
        System.arraycopy(id, at, address, 0, bytes);
        return Prefix.fromBytes(address);
    }

    private static int destroy(NetlinkSocket socket, Connection connection) throws IOException {
        int protocol = connection.transport() == Flow.Transport.TCP ? IPPROTO_TCP : IPPROTO_UDP;
        socket.send(request(
                SOCK_DESTROY,
                REQUEST_ACK,
                connection.family(),
                protocol,
                0,
                connection.id().array()));
        ByteBuffer answer = socket.receive(ANSWER_MILLIS);
        if (answer.remaining() < NetlinkSocket.HEADER_BYTES + 4 || answer.getShort(4) != NetlinkSocket.TYPE_ERROR) {
            throw new IOException("the kernel's answer to ending a connection was not understood");
        }
        return answer.getInt(NetlinkSocket.HEADER_BYTES);
    }

    private static ByteBuffer request(int type, short flags, byte family, int protocol, int states, byte[] id) {
        int length = NetlinkSocket.HEADER_BYTES + 8 + ID_BYTES;
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(length)
                .putShort((short) type)
                .putShort(flags)
                .putInt(1)
                .putInt(0)
                .put(family)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(states)
                .put(id)
                .flip();
    }

    /** For machines where the diagnostics cannot be called directly; exclusions of single programs end, too. */
    private static Ended byProgram(Plan plan, String why) {
        List<String> command = new ArrayList<>(List.of("ss", "-K", "-H", "-t", "-u", "state", "connected"));
        List<String> conditions = new ArrayList<>(List.of("not dst 127.0.0.0/8", "not dst [::1]"));
        plan.control()
                .forEach(endpoint -> conditions.add(
                        "not dst " + bracketed(Prefix.of(endpoint.getAddress())) + ":" + endpoint.getPort()));
        for (Flow flow : plan.flows()) {
            flow.destinations().forEach(prefix -> conditions.add("not dst " + bracketed(prefix)));
        }
        command.add("( " + String.join(" and ", conditions) + " )");
        Program.Ended ended = Program.run(SS_TIME_LIMIT, Nft.OUTPUT_LIMIT, "", command);
        int count = (int) ended.output().lines().count();
        return ended.status() == 0
                ? new Ended(count, "")
                : new Ended(0, why + "; ss: " + ended.output().strip());
    }

    private static String bracketed(Prefix prefix) {
        if (prefix.isIpv4()) {
            return prefix.text();
        }
        String length = prefix.length() == 128 ? "" : "/" + prefix.length();
        return "[" + Prefix.text(prefix.address()) + "]" + length;
    }
}
