package dev.cordon.server;

import dev.cordon.server.audit.Audit;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.identity.ApplicationSecrets;
import dev.cordon.server.identity.Applications;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.PostgresDatabase;
import dev.cordon.server.store.SqliteDatabase;
import dev.cordon.server.store.StoreException;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TokenVerifier;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
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

    private final Closing closing;
    private final WebServer web;
    private final URI url;

    private CordonServer(Closing closing, WebServer web, URI url) {
        this.closing = closing;
        this.web = web;
        this.url = url;
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

        var database = closing.add(database(settings.store(), data));
        var serverKeys = new ServerKeys(database, vault, clock);
        var signingKeyLater = later(serverKeys::tokenSigningKey);
        var tenantKeys = new TenantKeys(database, vault, clock);
        var audit = new HashChainedAuditLog(clock);
        var tenants = new Tenants(clock);
        var applications = new Applications(clock);
        var secrets = new ApplicationSecrets(clock);
        var machines = new Machines(database, clock, audit);

        var tls = now(tlsLater);
        var routes = new ArrayList<Route>();
        routes.addAll(machines.routes());
        routes.addAll(new Audit(database, audit).routes());
        routes.add(TrustRoutes.caPem(tls.caPem()));

        TokenVerifier verifier = token -> {
            throw ApiException.unauthorized("The token is invalid.");
        };
        var web = closing.add(new WebServer(
                WebSettings.tls(settings.bind(), settings.port(), tls.sslContext()),
                verifier,
                routes,
                StoreException.class::isInstance));
        now(signingKeyLater);
        web.start();
        var url = url(settings, web.port());
        new OperatorAccess(database, tenants, applications, secrets, tenantKeys, audit, clock)
                .ensure(data.operatorFile(), url.toString(), data.caPem());
        LOG.atInfo()
                .addKeyValue("url", url)
                .addKeyValue("data", settings.data())
                .addKeyValue("ca", tls.caSha256Hex())
                .log("server is ready");
        return new CordonServer(closing, web, url);
    }

    /** The API's URL as the operator reaches it. */
    public URI url() {
        return url;
    }

    /** The port of the API and the token service. */
    public int port() {
        return web.port();
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

    private static List<String> hosts(ServerSettings settings) {
        var hosts = new ArrayList<>(settings.hosts());
        if (!settings.listensEverywhere()) {
            hosts.add(settings.bind());
        }
        return hosts;
    }

    private static URI url(ServerSettings settings, int port) {
        var host = settings.hosts().stream()
                .findFirst()
                .orElse(settings.listensEverywhere() ? "localhost" : settings.bind());
        var bracketed = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create("https://" + bracketed + (port == 443 ? "" : ":" + port));
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
