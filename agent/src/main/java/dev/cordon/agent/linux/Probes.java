package dev.cordon.agent.linux;

import dev.cordon.protocol.wire.Check;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Tries the network, as a program on this machine would: what is tried must be refused at once.
 *
 * <p>Aimed at a gateway's address, but at ports that are not the gateway's: there a packet would certainly find a way if
 * the rules let it.
 */
final class Probes {

    private static final int[] PORTS = {53, 9, 7, 123, 19};
    private static final int ETHER_TYPE_EXPERIMENTAL = 0x88b5;
    private static final int FRAME_BYTES = 60;
    private static final int MOST_DEVICES = 16;
    private static final int ANSWER_MILLIS = 250;
    private static final int NO_SOCKET = -1;
    /** No route or address, none of the family, a blackhole route: nothing leaves the machine there in any case. */
    private static final Set<Integer> NO_WAY = Set.of(
            LibC.ENETUNREACH,
            LibC.EHOSTUNREACH,
            LibC.ENETDOWN,
            LibC.EADDRNOTAVAIL,
            LibC.EAFNOSUPPORT,
            LibC.EACCES,
            LibC.EINVAL);

    private Probes() {}

    /** What a probe found: the sentence, and whether it is as an isolation wants it. */
    private record Finding(boolean passed, String detail) {}

    private interface Probe {
        Finding run() throws IOException;
    }

    private static Check check(String name, Probe probe) {
        long start = System.nanoTime();
        Finding finding;
        try {
            finding = probe.run();
        } catch (IOException e) {
            finding = new Finding(false, "could not be tried: " + e.getMessage());
        }
        return Check.newBuilder()
                .setName(name)
                .setPassed(finding.passed())
                .setDetail(finding.detail())
                .setMillis((int) ((System.nanoTime() - start) / 1_000_000))
                .build();
    }

    static Check check(String name, boolean passed, String detail, long startNanos) {
        return Check.newBuilder()
                .setName(name)
                .setPassed(passed)
                .setDetail(detail)
                .setMillis((int) ((System.nanoTime() - startNanos) / 1_000_000))
                .build();
    }

    static List<Check> all(Plan plan, Tables tables) {
        List<Check> checks = new ArrayList<>();
        target(plan, true).ifPresent(target -> {
            checks.add(check("probe-udp4", () -> udp(plan, target)));
            checks.add(check("probe-tcp4", () -> tcp(plan, target, tables)));
        });
        target(plan, false).ifPresent(target -> {
            checks.add(check("probe-udp6", () -> udp(plan, target)));
            checks.add(check("probe-tcp6", () -> tcp(plan, target, tables)));
        });
        if (tables.stopsFrames()) {
            checks.add(check("probe-frames", Probes::frames));
        }
        return checks;
    }

    /** A gateway, or else a documentation address (RFC 5737, RFC 3849) if this machine speaks the family at all. */
    private static Optional<InetAddress> target(Plan plan, boolean ipv4) {
        Optional<InetAddress> gateway = plan.control().stream()
                .map(InetSocketAddress::getAddress)
                .filter(address -> address instanceof Inet4Address == ipv4)
                .findFirst();
        if (gateway.isPresent()) {
            return gateway;
        }
        return speaks(ipv4) ? Optional.of(documentation(ipv4)) : Optional.empty();
    }

    static InetAddress documentation(boolean ipv4) {
        return Prefix.fromBytes(
                ipv4
                        ? new byte[] {(byte) 192, 0, 2, 1}
                        : new byte[] {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    }

    /** Makes every call that a probe makes, but on no socket, so that nothing is sent. */
    static void rehearse(Plan plan) throws IOException {
        List<String> devices = Devices.present().hookable();
        for (boolean ipv4 : new boolean[] {true, false}) {
            speaks(ipv4);
            InetAddress target = documentation(ipv4);
            byte[] address = SocketAddress.of(
                    target, forbiddenPort(plan, Flow.Transport.UDP, target).orElse(9));
            int socket = LibC.trySocket(family(target), LibC.SOCK_DGRAM, 0);
            if (socket >= 0) {
                LibC.awaitReadable(0, socket);
                LibC.close(socket);
            }
            judged("", LibC.connect(NO_SOCKET, address), LibC.sendTo(NO_SOCKET, new byte[1], address));
        }
        int index = LibC.interfaceIndex(devices.isEmpty() ? "lo" : devices.getFirst());
        SocketAddress.frame(index, ETHER_TYPE_EXPERIMENTAL, new byte[6]);
    }

    private static boolean speaks(boolean ipv4) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .anyMatch(address -> ipv4 ? address instanceof Inet4Address : address instanceof Inet6Address);
        } catch (IOException e) {
            return true;
        }
    }

    private static OptionalInt forbiddenPort(Plan plan, Flow.Transport transport, InetAddress target) {
        for (int port : PORTS) {
            if (!plan.allows(transport, target, port, 0)) {
                return OptionalInt.of(port);
            }
        }
        return OptionalInt.empty();
    }

    private static Finding udp(Plan plan, InetAddress target) throws IOException {
        OptionalInt port = forbiddenPort(plan, Flow.Transport.UDP, target);
        if (port.isEmpty()) {
            return new Finding(true, "not tried: the exclusions allow it");
        }
        int socket = LibC.trySocket(family(target), LibC.SOCK_DGRAM, 0);
        if (socket < 0) {
            return judged("UDP", socket, LibC.EPERM);
        }
        try {
            int result = LibC.sendTo(socket, new byte[1], SocketAddress.of(target, port.getAsInt()));
            return judged("UDP to port " + port.getAsInt(), result, LibC.EPERM);
        } finally {
            LibC.close(socket);
        }
    }

    private static Finding tcp(Plan plan, InetAddress target, Tables tables) throws IOException {
        OptionalInt port = forbiddenPort(plan, Flow.Transport.TCP, target);
        if (port.isEmpty()) {
            return new Finding(true, "not tried: the exclusions allow it");
        }
        long before = tables.cutPackets();
        int socket = LibC.trySocket(family(target), LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK, 0);
        if (socket < 0) {
            return judged("TCP", socket, LibC.ECONNREFUSED);
        }
        int result;
        try {
            byte[] address = SocketAddress.of(target, port.getAsInt());
            result = LibC.connect(socket, address);
            if (result == -LibC.EINPROGRESS && LibC.awaitReadable(ANSWER_MILLIS, socket)) {
                result = LibC.connect(socket, address);
            }
        } finally {
            LibC.close(socket);
        }
        Finding finding = judged("TCP to port " + port.getAsInt(), result, LibC.ECONNREFUSED);
        if (result == -LibC.ECONNREFUSED && tables.cutPackets() <= before) {
            return new Finding(false, "the connection was refused, but not by the isolation: nothing was counted");
        }
        return finding;
    }

    private static Finding judged(String what, int result, int wanted) {
        if (result >= 0) {
            return new Finding(false, what + " went out");
        }
        if (NO_WAY.contains(-result)) {
            return new Finding(true, what + ": there is no way out to try, " + LibC.error(-result));
        }
        return new Finding(result == -wanted, what + ": " + LibC.error(-result));
    }

    private static int family(InetAddress address) {
        return address instanceof Inet4Address ? LibC.AF_INET : LibC.AF_INET6;
    }

    /** The frame is addressed to nobody, so that it would do no harm if it went out. */
    private static Finding frames() throws IOException {
        int socket = LibC.trySocket(LibC.AF_PACKET, LibC.SOCK_RAW, 0);
        if (socket < 0) {
            return socket == -LibC.EPERM
                    ? new Finding(true, "not tried: the agent lacks CAP_NET_RAW")
                    : new Finding(false, "raw socket: " + LibC.error(-socket));
        }
        try {
            List<String> devices = Devices.present().hookable();
            int stopped = 0;
            for (String device : devices.subList(0, Math.min(MOST_DEVICES, devices.size()))) {
                int result = LibC.sendTo(
                        socket,
                        new byte[FRAME_BYTES],
                        SocketAddress.frame(LibC.interfaceIndex(device), ETHER_TYPE_EXPERIMENTAL, new byte[6]));
                if (result >= 0) {
                    return new Finding(false, "a raw frame went out through " + device);
                }
                stopped += result == -LibC.ENOBUFS ? 1 : 0;
            }
            return new Finding(true, stopped + " of " + devices.size() + " devices are up and stop raw frames");
        } finally {
            LibC.close(socket);
        }
    }
}
