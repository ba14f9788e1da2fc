package dev.cordon.server;

import dev.cordon.gateway.GatewayLimits;
import dev.cordon.gateway.GatewayServer;
import dev.cordon.gateway.GatewaySettings;
import dev.cordon.server.actions.ActionReports;
import dev.cordon.server.actions.Actions;
import dev.cordon.server.actions.Expiry;
import dev.cordon.server.actions.Outbox;
import dev.cordon.server.actions.RunningProgress;
import dev.cordon.server.audit.Audit;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.blocks.BlockLists;
import dev.cordon.server.blocks.Blocks;
import dev.cordon.server.blocks.Enforcement;
import dev.cordon.server.console.Console;
import dev.cordon.server.delivery.BlockListDelivery;
import dev.cordon.server.delivery.OffboardedMachines;
import dev.cordon.server.delivery.ReportInbox;
import dev.cordon.server.delivery.WaitingCommands;
import dev.cordon.server.enrollment.Enrollment;
import dev.cordon.server.enrollment.EnrollmentSettings;
import dev.cordon.server.enrollment.EnrollmentTokens;
import dev.cordon.server.enrollment.MachineCertificates;
import dev.cordon.server.events.Events;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.identity.Identity;
import dev.cordon.server.identity.WhoAmI;
import dev.cordon.server.keys.KeyRotation;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.HealthRules;
import dev.cordon.server.machines.HealthSweep;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.objects.ObjectEndpoints;
import dev.cordon.server.objects.ObjectFiles;
import dev.cordon.server.objects.ObjectSweep;
import dev.cordon.server.objects.Uploads;
import dev.cordon.server.signin.SignInSweep;
import dev.cordon.server.signin.UserSignIn;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.PostgresDatabase;
import dev.cordon.server.store.SqliteDatabase;
import dev.cordon.server.store.StoreException;
import dev.cordon.server.tls.HostNames;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: everything wired by constructors, started in the order of its dependencies, closed in the reverse
 * order. What does not depend on each other starts at the same time, because an operator waits for it.
 */
public final class CordonServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CordonServer.class);

    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(10);
    private static final Duration EXPIRY_INTERVAL = Duration.ofSeconds(2);

    private final Closing closing;
    private final WebServer web;
    private final URI url;
    private final List<Route> routes;
    private final FirstAdministrator firstAdministrator;

    private CordonServer(
            Closing closing, WebServer web, URI url, List<Route> routes, FirstAdministrator firstAdministrator) {
        this.closing = closing;
        this.web = web;
        this.url = url;
        this.routes = List.copyOf(routes);
        this.firstAdministrator = firstAdministrator;
    }

    /**
     * Starts a server and returns once it answers.
     *
     * @throws StartException for trouble with the data directory; {@link StoreException} and the like of each part; all
     *     messages say what to do
     */
    public static CordonServer start(ServerSettings settings) {
        var closing = new Closing();
        try {
            return start(settings, InstantSource.system(), closing);
        } catch (RuntimeException | Error e) {
            closing.close();
            throw e;
        }
    }

    private static CordonServer start(ServerSettings settings, InstantSource clock, Closing closing) {
        var data = closing.add(DataDirectory.open(settings.data()));
        if (settings.store() instanceof ServerSettings.Store.Sqlite) {
            data.requireWhole();
        }
        var vault = KeyVault.open(data.masterKey());
        var tlsLater = later(() -> ServerTls.open(data.tls(), hosts(settings), clock));

        var database = closing.add(new FollowedDatabase(database(settings.store(), data)));
        var serverKeys = new ServerKeys(database, vault, clock);
        var signingKeyLater = later(serverKeys::tokenSigningKey);
        var tenantKeys = new TenantKeys(database, vault, clock);
        var audit = new HashChainedAuditLog(clock);
        var accounts = closing.add(new Accounts(database, audit, clock));
        var identity = new Identity(
                database,
                audit,
                serverKeys,
                tenantKeys,
                clock,
                settings.acceptThreatProtection(),
                accounts.directory());
        var userSignIn =
                new UserSignIn(database, audit, identity, accounts, vault, clock, HostNames.all(hosts(settings)));
        var machines = new Machines(database, clock, audit);
        var outbox = new Outbox(database, clock);
        var progress = new RunningProgress(clock);
        var actions =
                new Actions(database, clock, audit, identity.tenants(), machines, tenantKeys, vault, outbox, progress);
        var objectFiles = ObjectFiles.in(data.objects(), vault);
        var blockLists = new BlockLists(database, tenantKeys, audit, clock);
        var certificates = new MachineCertificates(database, tenantKeys, machines, audit, clock);
        var tls = now(tlsLater);

        var reports = new ActionReports(audit, machines, clock, new OffboardedMachines(machines, certificates));
        int gatewayPort = gatewayPort(settings);
        var gateways = gateways(settings, gatewayPort);
        forgetConnections(database, machines);
        var gateway = closing.add(new GatewayServer(
                new GatewaySettings(
                        new InetSocketAddress(settings.bind(), gatewayPort),
                        tls.privateKey(),
                        tls.certificateChain(),
                        settings.heartbeat(),
                        gateways,
                        GatewayLimits.DEFAULT),
                certificates,
                new WaitingCommands(outbox),
                new ReportInbox(database, machines, reports, audit, progress),
                new BlockListDelivery(blockLists, new Enforcement(database, clock)),
                new Uploads(database, objectFiles, identity.tenants(), audit, clock),
                clock));
        var gatewayStart = later(gateway::start);

        var enrollment = new Enrollment(
                database,
                new EnrollmentTokens(audit, clock, tls.caSha256Hex()),
                certificates,
                machines,
                tenantKeys,
                audit,
                clock,
                new EnrollmentSettings(() -> gateways, tls.caCertificate()),
                gateway::dismiss);
        var routes = new ArrayList<Route>();
        routes.add(TrustRoutes.caPem(tls.caPem()));
        routes.add(DocumentRoute.openApi());
        routes.addAll(new Console().routes());
        routes.addAll(enrollment.routes());
        routes.addAll(machines.routes());
        routes.add(NoAlerts.route());
        routes.addAll(actions.routes());
        routes.addAll(new ObjectEndpoints(database, objectFiles, machines, identity.tenants(), audit, clock).routes());
        routes.addAll(new Blocks(database, blockLists, audit, clock).routes());
        routes.addAll(new Audit(database, audit).routes());
        routes.addAll(identity.routes(userSignIn.grants(), userSignIn.crossOrigins()));
        routes.addAll(userSignIn.routes());
        routes.addAll(accounts.routes());
        routes.add(new WhoAmI(database, identity.tenants()).route());
        var events = new Events(database, identity.tokenVerifier(), vault, audit, clock, settings.events());
        routes.addAll(events.routes());
        var web = closing.add(new WebServer(
                WebSettings.tls(settings.bind(), settings.port(), tls.sslContext())
                        .with(settings.rates()),
                identity.tokenVerifier(),
                routes,
                StoreException.class::isInstance));
        now(gatewayStart);
        now(signingKeyLater);
        web.start();
        closing.add(events).start();
        closing.add(new Expiry(database, clock, audit, machines)).start(EXPIRY_INTERVAL);
        closing.add(new KeyRotation(serverKeys)).start();
        closing.add(new ObjectSweep(database, objectFiles, identity.tenants(), audit, clock))
                .start(SWEEP_INTERVAL);
        closing.add(new SignInSweep(database, clock)).start();
        closing.add(new HealthSweep(database, clock, HealthRules.USUAL)).start();
        var url = url(settings, web.port());
        new OperatorAccess(
                        database,
                        identity.tenants(),
                        identity.applications(),
                        identity.secrets(),
                        tenantKeys,
                        audit,
                        clock)
                .ensure(data.operatorFile(), url.toString(), data.caPem());
        LOG.atInfo()
                .addKeyValue("url", url)
                .addKeyValue("gateways", gateways)
                .addKeyValue("data", settings.data())
                .addKeyValue("ca", tls.caSha256Hex())
                .log("server is ready");
        var first = new FirstAdministrator(database, identity.tenants(), accounts, url);
        return new CordonServer(closing, web, url, routes, first);
    }

    /** The API's URL as the operator reaches it. */
    public URI url() {
        return url;
    }

    /** A one-time link that makes the first user, as long as the home tenant has none. It is a secret. */
    public Optional<URI> firstAdministratorLink() {
        return firstAdministrator.link();
    }

    /** The port of the API and the token service. */
    public int port() {
        return web.port();
    }

    /** All endpoints that it serves, as they are wired. */
    List<Route> routes() {
        return routes;
    }

    /** Lets running requests end, then closes everything. */
    @Override
    public void close() {
        closing.close();
        LOG.atInfo().addKeyValue("url", url).log("server has ended");
    }

    private static Database database(ServerSettings.Store store, DataDirectory data) {
        return switch (store) {
            case ServerSettings.Store.Sqlite sqlite -> {
                data.prepareDatabase();
                yield SqliteDatabase.open(data.database());
            }
            case ServerSettings.Store.Postgres(var url, var user, var password) ->
                PostgresDatabase.open(url, user, Optional.ofNullable(password));
        };
    }

    /** A server that was killed could not say that its machines' connections ended. */
    private static void forgetConnections(Database database, Machines machines) {
        int forgotten = database.write(machines::forgetConnections);
        if (forgotten > 0) {
            LOG.atWarn()
                    .addKeyValue("machines", forgotten)
                    .log("the last run did not end cleanly: machines counted as connected until now");
        }
    }

    private static List<String> hosts(ServerSettings settings) {
        var hosts = new ArrayList<>(settings.hosts());
        if (!settings.listensEverywhere()) {
            hosts.add(settings.bind());
        }
        if (settings.dropInNames()) {
            hosts.addAll(DropInNames.HOSTS);
        }
        return hosts;
    }

    private static URI url(ServerSettings settings, int port) {
        var host = settings.hosts().stream()
                .findFirst()
                .orElse(settings.listensEverywhere() ? "localhost" : settings.bind());
        return URI.create("https://" + bracketed(host) + (port == 443 ? "" : ":" + port));
    }

    /** Where agents find the gateway: by the names the operator gave, or by this machine's own. */
    private static List<String> gateways(ServerSettings settings, int port) {
        var hosts = settings.hosts();
        if (hosts.isEmpty()) {
            hosts = settings.listensEverywhere() ? HostNames.ofThisMachine() : List.of(settings.bind());
        }
        return hosts.stream().map(host -> bracketed(host) + ":" + port).toList();
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Agents are told the port before the gateway listens on it, so a free one is looked for first. */
    private static int gatewayPort(ServerSettings settings) {
        if (settings.gatewayPort() != 0) {
            return settings.gatewayPort();
        }
        try (var free = new ServerSocket(0, 1, InetAddress.getByName(settings.bind()))) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new StartException(
                    "No free port on " + settings.bind() + ": " + e.getMessage() + ". Give another --bind.", e);
        }
    }

    private static <T> CompletableFuture<T> later(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().name("cordon-start").daemon().start(task));
    }

    private static <T> T now(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
