package dev.cordon.fleet.traffic;

import dev.cordon.lab.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that a bystander and one machine exchange: TCP and UDP over IPv4 and IPv6, both ways, all the time. */
public final class Traffic implements AutoCloseable {

    private final List<Flow> flows;

    private Traffic(List<Flow> flows) {
        this.flows = List.copyOf(flows);
    }

    /** Begins the exchange; it goes on until closed. */
    public static Traffic start(Namespace bystander, Namespace machine) {
        List<Flow> flows = new ArrayList<>();
        try {
            flows.add(TcpFlow.start("tcp4", bystander, machine, machine.ipv4()));
            flows.add(TcpFlow.start("tcp6", bystander, machine, machine.ipv6()));
            flows.add(UdpFlow.start("udp4", bystander, bystander.ipv4(), machine, machine.ipv4()));
            flows.add(UdpFlow.start("udp6", bystander, bystander.ipv6(), machine, machine.ipv6()));
            return new Traffic(flows);
        } catch (IOException e) {
            flows.forEach(Flow::close);
            throw new UncheckedIOException("no traffic between " + bystander + " and " + machine, e);
        }
    }

    public List<Flow> flows() {
        return flows;
    }

    /** The flows of which nothing arrived for the given time. */
    public List<String> silentFor(Duration time) {
        long now = System.nanoTime();
        return flows.stream()
                .filter(flow -> flow.arrivals(now - time.toNanos(), now + 1) == 0)
                .map(Flow::name)
                .toList();
    }

    /** How many messages arrived, of all flows, in a span of {@link System#nanoTime}. */
    public int arrivals(long from, long until) {
        return flows.stream().mapToInt(flow -> flow.arrivals(from, until)).sum();
    }

    /** How long after an instant the last message of any flow arrived; zero if none did. */
    public Duration lastArrivalAfter(long instant) {
        long last = flows.stream()
                .mapToLong(flow -> flow.lastArrivalSince(instant) - instant)
                .max()
                .orElse(0);
        return Duration.ofNanos(last);
    }

    /** How long after an instant every flow had a message again; zero if nothing arrived. */
    public Duration allArrivedAfter(long instant) {
        long last = flows.stream()
                .mapToLong(flow -> flow.firstArrivalAfter(instant) - instant)
                .max()
                .orElse(0);
        return Duration.ofNanos(last);
    }

    /** Messages per 100 ms over the last so many tenths of a second, oldest first. */
    public List<Integer> perTenthOfASecond(int tenths) {
        long tenth = 100_000_000L;
        long begin = System.nanoTime() - tenths * tenth;
        List<Integer> counts = new ArrayList<>();
        for (int i = 0; i < tenths; i++) {
            counts.add(arrivals(begin + i * tenth, begin + (i + 1) * tenth));
        }
        return counts;
    }

    /** The names of the flows, for a sentence. */
    public String names() {
        return flows.stream().map(Flow::name).collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        flows.forEach(Flow::close);
    }
}
