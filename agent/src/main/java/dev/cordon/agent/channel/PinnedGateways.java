package dev.cordon.agent.channel;

import dev.cordon.agent.journal.wire.Pin;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.log.Log;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The gateways by name and by address. Names are resolved while there is a network to ask; the addresses are kept,
 * because an isolated machine has no name service and must find its gateway all the same.
 *
 * <p>A name that cannot be resolved keeps the addresses it had. Safe for use by many threads.
 */
final class PinnedGateways {

    private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_GATEWAYS = 64;

    private final NameService names;
    private final Log log;
    private volatile Map<Gateway, Set<String>> pinned;

    /** Finds a host's addresses. */
    interface NameService {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    /** @param kept addresses from before; may be of other gateways, those are dropped */
    PinnedGateways(List<String> gateways, Pins kept, NameService names, Log log) {
        this.names = names;
        this.log = log;
        var before = kept.getPinsList().stream()
                .collect(Collectors.toMap(Pin::getGateway, Pin::getAddressesList, (a, b) -> a));
        var first = before.isEmpty() ? gateways : List.copyOf(before.keySet());
        var start = new LinkedHashMap<Gateway, Set<String>>();
        first.forEach(
                name -> start.put(Gateway.parse(name), new LinkedHashSet<>(before.getOrDefault(name, List.of()))));
        gateways.forEach(name -> start.putIfAbsent(Gateway.parse(name), Set.of()));
        pinned = Collections.unmodifiableMap(start);
    }

    /** A gateway as the server names it. */
    record Gateway(String host, int port) {

        /** @throws IllegalArgumentException if this is not {@code host:port}, or {@code [IPv6]:port} */
        static Gateway parse(String text) {
            int colon = text.lastIndexOf(':');
            var host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                if (!host.isEmpty() && host.length() <= 253 && port > 0 && port < 65536) {
                    return new Gateway(host, port);
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new IllegalArgumentException("'" + text + "' is not a gateway like cordon.example.com:8444");
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** A gateway and one of its addresses. */
    record Target(Gateway gateway, InetSocketAddress address) {}

    /** Every address that can be tried, in random order. */
    List<Target> targets() {
        var targets = new ArrayList<Target>();
        pinned.forEach((gateway, addresses) ->
                addresses.forEach(address -> targets.add(new Target(gateway, socketAddress(address, gateway.port())))));
        Collections.shuffle(targets);
        return targets;
    }

    /** All addresses, for an isolation to let through. */
    Set<InetSocketAddress> addresses() {
        return targets().stream().map(Target::address).collect(Collectors.toUnmodifiableSet());
    }

    /** The form in which they are kept. */
    Pins pins() {
        var pins = Pins.newBuilder();
        pinned.forEach((gateway, addresses) ->
                pins.addPins(Pin.newBuilder().setGateway(gateway.toString()).addAllAddresses(addresses)));
        return pins.build();
    }

    /** The server says which gateways there are; one that cannot be read is left out. */
    boolean use(List<String> gateways) {
        var next = new LinkedHashMap<Gateway, Set<String>>();
        for (var text : gateways.subList(0, Math.min(gateways.size(), MAX_GATEWAYS))) {
            try {
                var gateway = Gateway.parse(text);
                next.put(gateway, pinned.getOrDefault(gateway, Set.of()));
            } catch (IllegalArgumentException e) {
                log.warn("gateway-not-understood", "gateway", text);
            }
        }
        return !next.isEmpty() && replace(next);
    }

    /**
     * Resolves the names anew.
     *
     * @param inUse the address of the connection of now, which stays pinned whatever the name service says
     * @return whether anything changed
     */
    boolean resolve(List<Target> inUse) {
        var next = new LinkedHashMap<Gateway, Set<String>>();
        pinned.forEach((gateway, before) -> {
            var found = lookUp(gateway.host());
            var addresses = new LinkedHashSet<>(found.isEmpty() ? before : found);
            inUse.stream()
                    .filter(target -> target.gateway().equals(gateway))
                    .forEach(target ->
                            addresses.add(target.address().getAddress().getHostAddress()));
            next.put(gateway, addresses);
        });
        return replace(next);
    }

    private synchronized boolean replace(Map<Gateway, Set<String>> next) {
        boolean changed = !next.equals(pinned);
        pinned = Collections.unmodifiableMap(next);
        return changed;
    }

    private Set<String> lookUp(String host) {
        var answer = new CompletableFuture<Set<String>>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(Arrays.stream(names.addresses(host))
                        .map(InetAddress::getHostAddress)
                        .collect(Collectors.toCollection(LinkedHashSet::new)));
            } catch (UnknownHostException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.get(RESOLVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("gateway-not-resolved", "host", host);
            return Set.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Set.of();
        }
    }

    private static InetSocketAddress socketAddress(String address, int port) {
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(address), port);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("a pinned address is none: " + address, e);
        }
    }
}
