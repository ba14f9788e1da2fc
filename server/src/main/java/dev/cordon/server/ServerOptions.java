package dev.cordon.server;

import dev.cordon.server.events.EventSettings;
import dev.cordon.server.events.SyslogTarget;
import dev.cordon.server.events.WebhookTargets;
import dev.cordon.server.web.CallRates;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the command line. Unknown and doubled options are errors, so that a misspelled one is not silently dropped. */
final class ServerOptions {

    static final String USAGE = """
            Usage: cordon server --data DIR [options]

              --data DIR            the data directory; made at first start
              --host NAME           name or address by which this server is reached (may be repeated, preferred first)
              --bind ADDRESS        address to listen on (0.0.0.0: all)
              --port PORT           port of the API and the token service (8443)
              --gateway-port PORT   port of the agents' gateway (8444)
              --heartbeat SECONDS   how often agents give a sign of life (15)
              --events-days DAYS    how long the feed of events is kept (14)
              --webhook-target URL  webhooks may go to URLs below this one (may be repeated; none: no webhooks)
              --syslog HOST:PORT    send all events to this syslog server over TLS (RFC 5424, RFC 5425)
              --syslog-authority FILE
                                    PEM of the authority that the syslog server's certificate is from
              --accept-threat-protection
                                    let tokens for https://api.security.microsoft.com open the API as well
              --drop-in-names       let the certificate cover the hosts that scripts for the original have hard-coded; for a
                                    lab of your own, with 'cordon hosts'
              --rate-limits RATES   how often a caller may call each API: none (as often as it likes), original (as documented
                                    for the original), or CALLS/CALLS in a minute and in an hour
              --database-url URL    use PostgreSQL: jdbc:postgresql://HOST/DATABASE
              --database-user USER  its user; the password comes from CORDON_DATABASE_PASSWORD
              --help                print this
            """;

    private static final String THREAT_PROTECTION = "--accept-threat-protection";
    private static final String DROP_IN_NAMES = "--drop-in-names";
    private static final String RATE_LIMITS = "--rate-limits";
    private static final String WEBHOOK_TARGET = "--webhook-target";
    private static final String PASSWORD = "CORDON_DATABASE_PASSWORD";

    private static final Pattern RATES = Pattern.compile("([1-9][0-9]{0,6})/([1-9][0-9]{0,6})");

    private @Nullable Path data;
    private String bind = "0.0.0.0";
    private int port = ServerSettings.DEFAULT_PORT;
    private int gatewayPort = ServerSettings.DEFAULT_GATEWAY_PORT;
    private final List<String> hosts = new ArrayList<>();
    private Duration heartbeat = ServerSettings.DEFAULT_HEARTBEAT;
    private Duration eventsKept = EventSettings.DEFAULT_KEPT;
    private final List<String> webhookTargets = new ArrayList<>();
    private @Nullable String syslog;
    private @Nullable Path syslogAuthority;
    private boolean acceptThreatProtection;
    private boolean dropInNames;
    private CallRates rates = CallRates.NONE;
    private @Nullable String databaseUrl;
    private @Nullable String databaseUser;

    private ServerOptions() {}

    static ServerSettings parse(List<String> words, Map<String, String> environment) {
        var options = new ServerOptions();
        var seen = new HashSet<String>();
        for (var left = words.iterator(); left.hasNext(); ) {
            var word = left.next();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            var name = equals < 0 ? word : word.substring(0, equals);
            options.requireKnown(name, seen);
            if (SWITCHES.contains(name)) {
                options.switchOn(name, equals < 0);
                continue;
            }
            if (equals < 0 && !left.hasNext()) {
                throw new UsageException(name + " needs a value after it; see --help.");
            }
            options.set(name, equals < 0 ? left.next() : word.substring(equals + 1));
        }
        return options.settings(environment);
    }

    private static final Set<String> SWITCHES = Set.of(THREAT_PROTECTION, DROP_IN_NAMES);

    private static final Set<String> NAMES = Set.of(
            "--data",
            "--host",
            "--bind",
            "--port",
            "--gateway-port",
            "--heartbeat",
            "--events-days",
            WEBHOOK_TARGET,
            "--syslog",
            "--syslog-authority",
            RATE_LIMITS,
            THREAT_PROTECTION,
            DROP_IN_NAMES,
            "--database-url",
            "--database-user");

    private void requireKnown(String name, Set<String> seen) {
        if (!NAMES.contains(name)) {
            throw new UsageException("unknown option " + name + "; see --help for those there are.");
        }
        if (!seen.add(name) && !name.equals("--host") && !name.equals(WEBHOOK_TARGET)) {
            throw new UsageException(name + " is given twice; leave one out.");
        }
    }

    private void switchOn(String name, boolean bare) {
        if (!bare) {
            throw new UsageException(name + " takes no value; leave it out to switch it off.");
        }
        acceptThreatProtection |= name.equals(THREAT_PROTECTION);
        dropInNames |= name.equals(DROP_IN_NAMES);
    }

    private void set(String name, String value) {
        if (value.isBlank()) {
            throw new UsageException(name + " has an empty value; see --help.");
        }
        switch (name) {
            case "--data" -> data = path(name, value);
            case "--host" -> hosts.add(value);
            case "--bind" -> bind = value;
            case "--port" -> port = number(name, value, 0, 65_535);
            case "--gateway-port" -> gatewayPort = number(name, value, 0, 65_535);
            case "--heartbeat" -> heartbeat = Duration.ofSeconds(number(name, value, 1, 3_600));
            case RATE_LIMITS -> rates = rates(value);
            case WEBHOOK_TARGET -> webhookTargets.add(value);
            case "--syslog" -> syslog = value;
            case "--syslog-authority" -> syslogAuthority = path(name, value);
            case "--events-days" -> eventsKept = Duration.ofDays(number(name, value, 1, 3_650));
            case "--database-url" -> databaseUrl = value;
            case "--database-user" -> databaseUser = value;
            default -> throw new IllegalStateException(name);
        }
    }

    private ServerSettings settings(Map<String, String> environment) {
        if (data == null) {
            throw new UsageException("--data DIR is missing: say where the server keeps its data.");
        }
        if (port != 0 && port == gatewayPort) {
            throw new UsageException("--port and --gateway-port are the same; choose two ports.");
        }
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
                store(environment),
                events());
    }

    private EventSettings events() {
        if (syslog == null && syslogAuthority != null) {
            throw new UsageException("--syslog-authority needs --syslog beside it.");
        }
        try {
            return new EventSettings(
                    eventsKept,
                    WebhookTargets.of(webhookTargets),
                    Optional.ofNullable(syslog)
                            .map(target -> SyslogTarget.of(target, Optional.ofNullable(syslogAuthority))));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--webhook-target or --syslog: " + e.getMessage());
        }
    }

    private ServerSettings.Store store(Map<String, String> environment) {
        if (databaseUrl == null) {
            if (databaseUser != null) {
                throw new UsageException("--database-user needs --database-url beside it.");
            }
            return new ServerSettings.Store.Sqlite();
        }
        if (!databaseUrl.startsWith("jdbc:postgresql:")) {
            throw new UsageException("--database-url must start with jdbc:postgresql: and name a PostgreSQL database.");
        }
        if (databaseUrl.contains("password=")) {
            throw new UsageException("--database-url holds a password, which other users of this machine can read."
                    + " Put it in the environment variable " + PASSWORD + ".");
        }
        if (databaseUser == null) {
            throw new UsageException("--database-url needs --database-user beside it.");
        }
        return new ServerSettings.Store.Postgres(databaseUrl, databaseUser, environment.get(PASSWORD));
    }

    private static Path path(String name, String value) {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new UsageException(name + " " + value + " is not a path.");
        }
    }

    private static CallRates rates(String value) {
        var parts = RATES.matcher(value);
        return switch (value) {
            case "none" -> CallRates.NONE;
            case "original" -> CallRates.ORIGINAL;
            default -> {
                if (!parts.matches()) {
                    throw new UsageException(
                            RATE_LIMITS + " " + value + " must be none, original, or two numbers such as 100/1500.");
                }
                yield CallRates.each(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
            }
        };
    }

    private static int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new UsageException(name + " " + value + " must be a number from " + least + " to " + most + ".");
    }
}
