package dev.cordon.lab;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network of lab machines: a bridge in a namespace of its own with IPv4 and IPv6, to which machines, and if wanted
 * the host, are connected.
 *
 * <p>On the host nothing is changed but what {@link #linkHost} adds: one interface with two addresses. No rule, no
 * forwarding. Up to eight networks can exist at once on a machine. What a run that died left behind is removed by the
 * next one. Needs root and the {@code ip} program ({@link #missing} tells). Not for use by several threads.
 */
public final class LabNetwork implements AutoCloseable {

    private static final String HUB_BRIDGE = "hub";

    private final Slice slice;
    private final Namespace hub;
    private final List<Namespace> members = new ArrayList<>();
    private final List<Namespace> behind = new ArrayList<>();
    private int next = 3;

    private LabNetwork(Slice slice, Namespace hub) {
        this.slice = slice;
        this.hub = hub;
    }

    /** What this machine lacks for lab networks, as a sentence; empty if they work here. */
    public static Optional<String> missing() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return Optional.of("lab machines are network namespaces and need Linux");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("lab machines are network namespaces and need root");
        }
        boolean found = Stream.of("/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip")
                .anyMatch(program -> Files.isExecutable(Path.of(program)));
        return found ? Optional.empty() : Optional.of("the program ip is missing: apt-get install iproute2");
    }

    /** Builds an empty network. */
    public static LabNetwork open() {
        missing().ifPresent(reason -> {
            throw new LabException(reason, null);
        });
        Slice slice = Slice.take(Duration.ofMinutes(2));
        try {
            removeLeftovers(slice);
            Namespace hub = Namespace.create(slice.prefix() + "hub", slice.ipv4(1), slice.ipv6(1));
            hub.ip(
                    "link add " + HUB_BRIDGE + " type bridge forward_delay 0 mcast_snooping 0",
                    "link set " + HUB_BRIDGE + " up");
            return new LabNetwork(slice, hub);
        } catch (RuntimeException e) {
            slice.close();
            throw e;
        }
    }

    private static void removeLeftovers(Slice slice) {
        Programs.ip("-o", "netns", "list")
                .output()
                .lines()
                .map(line -> line.split("\\s", 2)[0])
                .filter(name -> name.startsWith(slice.prefix()))
                .forEach(Namespace::remove);
        Programs.ip("link", "delete", hostInterface(slice));
    }

    /** Adds a machine with one interface, {@code eth0}, and the next free addresses. */
    public Namespace join(String name) {
        int host = next++;
        Namespace machine = Namespace.create(slice.prefix() + name, slice.ipv4(host), slice.ipv6(host));
        members.add(machine);
        connect(machine, "eth0", host);
        return machine;
    }

    /** Connects a machine once more: a new interface with the next free addresses, which are returned. */
    public List<InetAddress> plugIn(Namespace machine, String interfaceName) {
        int host = next++;
        connect(machine, interfaceName, host);
        return List.of(slice.ipv4(host), slice.ipv6(host));
    }

    private void connect(Namespace machine, String interfaceName, int host) {
        String port = "p" + host;
        hub.ip(
                "link add " + port + " type veth peer name " + interfaceName + " netns " + machine.name(),
                "link set " + port + " master " + HUB_BRIDGE + " up");
        machine.ip(
                "address add " + slice.ipv4(host).getHostAddress() + "/27 dev " + interfaceName,
                "address add " + slice.ipv6(host).getHostAddress() + "/64 dev " + interfaceName + " nodad",
                "link set " + interfaceName + " up");
    }

    /**
     * Adds a machine that reaches the network only through another, which forwards for it. The machines that joined so
     * far learn the way to it.
     */
    public Namespace behind(Namespace gateway, String name) {
        int net = behind.size();
        InetAddress gateway4 = slice.behindIpv4(net, 1);
        InetAddress gateway6 = slice.behindIpv6(net, 1);
        Namespace machine = Namespace.create(slice.prefix() + name, slice.behindIpv4(net, 2), slice.behindIpv6(net, 2));
        behind.add(machine);
        String port = "behind" + net;
        gateway.ip(
                "link add " + port + " type veth peer name eth0 netns " + machine.name(),
                "address add " + gateway4.getHostAddress() + "/30 dev " + port,
                "address add " + gateway6.getHostAddress() + "/64 dev " + port + " nodad",
                "link set " + port + " up");
        machine.ip(
                "address add " + machine.ipv4().getHostAddress() + "/30 dev eth0",
                "address add " + machine.ipv6().getHostAddress() + "/64 dev eth0 nodad",
                "link set eth0 up",
                "route add default via " + gateway4.getHostAddress(),
                "route add default via " + gateway6.getHostAddress());
        gateway.run(
                        Duration.ofSeconds(10),
                        "sh",
                        "-c",
                        "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")
                .orThrow();
        for (Namespace member : members) {
            if (member != gateway) {
                member.ip(
                        "route add " + slice.behindIpv4(net, 0).getHostAddress() + "/30 via "
                                + gateway.ipv4().getHostAddress(),
                        "route add " + slice.behindIpv6(net, 0).getHostAddress() + "/64 via "
                                + gateway.ipv6().getHostAddress());
            }
        }
        return machine;
    }

    /** Connects the host: adds one interface with two addresses to it, at which lab machines reach its servers. */
    public List<InetAddress> linkHost() {
        String outside = hostInterface(slice);
        Programs.ip("link", "add", outside, "type", "veth", "peer", "name", "host", "netns", hub.name())
                .orThrow();
        hub.ip("link set host master " + HUB_BRIDGE + " up");
        Programs.ip("address", "add", slice.ipv4(2).getHostAddress() + "/27", "dev", outside)
                .orThrow();
        Programs.ip("address", "add", slice.ipv6(2).getHostAddress() + "/64", "dev", outside, "nodad")
                .orThrow();
        Programs.ip("link", "set", outside, "up").orThrow();
        return List.of(slice.ipv4(2), slice.ipv6(2));
    }

    /** The namespace that holds the bridge: every frame between machines passes it, so counters and captures fit here. */
    public Namespace hub() {
        return hub;
    }

    private static String hostInterface(Slice slice) {
        return "cordonlab" + slice.number();
    }

    /** Removes everything this network made, with the programs inside. */
    @Override
    public void close() {
        try (slice) {
            Programs.ip("link", "delete", hostInterface(slice));
            behind.forEach(Namespace::close);
            members.forEach(Namespace::close);
            hub.close();
        }
    }
}
