package dev.cordon.server;

import dev.cordon.server.events.EventSettings;
import dev.cordon.server.web.CallRates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator decides about a server.
 *
 * @param data the data directory
 * @param bind address that the API and the gateway listen on; {@code 0.0.0.0} or {@code ::} for all
 * @param port of the API and the token service; 0 for any free one
 * @param gatewayPort of the agents' gateway; 0 for any free one
 * @param hosts names and addresses by which callers and agents reach this server, the preferred one first
 * @param heartbeat how often agents give a sign of life
 * @param acceptThreatProtection whether tokens for {@code https://api.security.microsoft.com} open the API, which they
 *     do not at the original
 * @param dropInNames whether the certificate covers the original's names too, {@link DropInNames}
 * @param rates how often a caller may call the API
 * @param events how long events are kept, and where they go
 */
public record ServerSettings(
        Path data,
        String bind,
        int port,
        int gatewayPort,
        List<String> hosts,
        Duration heartbeat,
        boolean acceptThreatProtection,
        boolean dropInNames,
        CallRates rates,
        Store store,
        EventSettings events) {

    public static final int DEFAULT_PORT = 8443;
    public static final int DEFAULT_GATEWAY_PORT = 8444;
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::");

    public ServerSettings {
        hosts = List.copyOf(hosts);
    }

    /** A server on the usual ports of all addresses, with SQLite in its data directory. */
    public static ServerSettings in(Path data) {
        return new ServerSettings(
                data,
                "0.0.0.0",
                DEFAULT_PORT,
                DEFAULT_GATEWAY_PORT,
                List.of(),
                DEFAULT_HEARTBEAT,
                false,
                false,
                CallRates.NONE,
                new Store.Sqlite(),
                EventSettings.DEFAULT);
    }

    /** A server that listens on free ports of the loopback address. */
    public static ServerSettings onLoopback(Path data) {
        return new ServerSettings(
                data,
                "127.0.0.1",
                0,
                0,
                List.of(),
                DEFAULT_HEARTBEAT,
                false,
                false,
                CallRates.NONE,
                new Store.Sqlite(),
                EventSettings.DEFAULT);
    }

    public ServerSettings withStore(Store changed) {
        return new ServerSettings(
                data,
                bind,
                port,
                gatewayPort,
                hosts,
                heartbeat,
                acceptThreatProtection,
                dropInNames,
                rates,
                changed,
                events);
    }

    public ServerSettings withHosts(List<String> changed) {
        return new ServerSettings(
                data,
                bind,
                port,
                gatewayPort,
                changed,
                heartbeat,
                acceptThreatProtection,
                dropInNames,
                rates,
                store,
                events);
    }

    public ServerSettings withPorts(int api, int gateway) {
        return new ServerSettings(
                data, bind, api, gateway, hosts, heartbeat, acceptThreatProtection, dropInNames, rates, store, events);
    }

    public ServerSettings withEvents(EventSettings changed) {
        return new ServerSettings(
                data,
                bind,
                port,
                gatewayPort,
                hosts,
                heartbeat,
                acceptThreatProtection,
                dropInNames,
                rates,
                store,
                changed);
    }

    /** Whether tokens for {@code https://api.security.microsoft.com} open the API. */
    public ServerSettings withThreatProtection(boolean accepted) {
        return new ServerSettings(
                data, bind, port, gatewayPort, hosts, heartbeat, accepted, dropInNames, rates, store, events);
    }

    /** Whether the certificate covers the original's names too. */
    public ServerSettings withDropInNames(boolean covered) {
        return new ServerSettings(
                data, bind, port, gatewayPort, hosts, heartbeat, acceptThreatProtection, covered, rates, store, events);
    }

    boolean listensEverywhere() {
        return EVERYWHERE.contains(bind);
    }

    /** Where the relational data is. */
    public sealed interface Store {
        /** In the data directory. */
        record Sqlite() implements Store {}

        /** On a PostgreSQL server, which several Cordon servers may share. */
        record Postgres(String url, String user, @Nullable String password) implements Store {
            @Override
            public String toString() {
                return "Postgres[" + url + ", " + user + "]";
            }
        }
    }
}
