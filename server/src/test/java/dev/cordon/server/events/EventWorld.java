package dev.cordon.server.events;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Engine;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jooq.impl.SQLDataType;
import tools.jackson.databind.JsonNode;

/** A fresh database with two tenants, whose feed is handed out over real HTTP; the clock stands still until moved. */
final class EventWorld implements AutoCloseable {

    static final String TENANT = "11111111-1111-1111-1111-111111111111";
    static final String OTHER_TENANT = "22222222-2222-2222-2222-222222222222";

    private static final InetAddress FROM = InetAddress.ofLiteral("203.0.113.7");

    final FollowedDatabase database;
    final HashChainedAuditLog audit;
    final Machines machines;
    final Tails tails;
    private final FeedSweep sweep;
    private final WebhookSender webhooks;
    private final TestHttp http = new TestHttp();
    private final WebServer web;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private volatile Instant now = Instant.parse("2026-03-05T10:15:30Z");

    EventWorld(Engine engine) {
        this(engine, WebhookTargets.NONE);
    }

    EventWorld(Engine engine, WebhookTargets targets) {
        database = new FollowedDatabase(engine.fresh());
        audit = new HashChainedAuditLog(this::now);
        machines = new Machines(database, this::now, audit);
        tails = new Tails(database);
        sweep = new FeedSweep(database, this::now, Duration.ofDays(14));
        var vault = KeyVault.open(folder().resolve("master.key"));
        var calls = new WebhookCall(targets, this::now, Duration.ofSeconds(20));
        webhooks = new WebhookSender(database, vault, audit, calls, this::now);
        var endpoints = new WebhookEndpoints(database, vault, audit, targets, calls, webhooks, this::now);
        var routes = new ArrayList<>(endpoints.routes());
        routes.add(new EventStream(tails, this::verify, Duration.ofMillis(50)).route());
        web = new WebServer(WebSettings.plainForTests(), this::verify, routes);
        web.start();
        tenant(TENANT);
        tenant(OTHER_TENANT);
        callers.put("all", application(TENANT, "Machine.Read.All", "Ti.ReadWrite.All", "Cordon.Administer"));
        callers.put("reader", application(TENANT, "Machine.Read.All"));
        callers.put("other", application(OTHER_TENANT, "Machine.Read.All", "Cordon.Administer"));
        callers.put("nobody", application(TENANT, "Machine.Scan"));
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Follows from now on, or from where the query says, as whoever has this token. */
    EventReader follow(String token, String query) {
        return new EventReader(URI.create("http://127.0.0.1:" + web.port() + "/cordon/v1/events" + query), token);
    }

    /** A user of this tenant who sees the machines of one group only. */
    void user(String token, long group) {
        var role = new PortalRole("some", Set.of(PortalPermission.values()), new MachineScope.Groups(Set.of(group)));
        callers.put(
                token,
                new Caller(
                        TENANT, "user-1", "u@example.com", Caller.Context.USER, Set.of("Machine.Read"), List.of(role)));
    }

    void expire(String token) {
        callers.remove(token);
    }

    /** Something that stands in the audit log. */
    void happen(String tenant, String kind, String subject, Map<String, ?> detail) {
        database.write(sql -> {
            audit.append(sql, tenant, "Responder (app-1)", kind, subject, detail);
            return 0;
        });
    }

    void happen(String kind) {
        happen(TENANT, kind, "tenant:" + TENANT, Map.of());
    }

    String enroll(String name) {
        var key = key();
        var id = MachineId.of(key);
        database.write(sql -> {
            machines.enroll(sql, TENANT, id, key, facts(name));
            return 0;
        });
        return id.value();
    }

    void connect(String machineId, String name) {
        database.write(sql -> {
            machines.connected(
                    sql,
                    TENANT,
                    machineId,
                    Hello.newBuilder().setFacts(facts(name)).build(),
                    FROM);
            return 0;
        });
    }

    void heartbeat(String machineId, String name) {
        database.write(sql -> {
            machines.heartbeat(sql, TENANT, machineId, facts(name), FROM);
            return 0;
        });
    }

    void group(String machineId, long group) {
        database.write(sql -> sql.update(table(name("machines")))
                .set(field(name("rbac_group_id"), SQLDataType.BIGINT), group)
                .where(field(name("id"), SQLDataType.VARCHAR).eq(machineId))
                .execute());
    }

    record Answer(int status, String body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }
    }

    Answer call(String token, String method, String path, String body) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        var answer = http.send(request);
        return new Answer(answer.statusCode(), answer.body());
    }

    /** A second server on the same database takes the right to deliver; false if there is nothing to take. */
    boolean takeOver(String owner) {
        return database.write(sql -> sql.update(WebhookTable.WEBHOOKS)
                        .set(WebhookTable.LEASED_BY, owner)
                        .set(WebhookTable.LEASED_UNTIL, Instants.micros(now().plus(Duration.ofMinutes(1))))
                        .execute())
                > 0;
    }

    void startWebhooks() {
        webhooks.start();
    }

    /** What is due by the clock is looked for now. */
    void wakeWebhooks() {
        webhooks.wake();
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to that");
            }
            Thread.sleep(20);
        }
    }

    /** Until the sender to syslog has begun with this many tenants. */
    void awaitSyslogCursors(int tenants) throws InterruptedException {
        await(() -> database.read(sql -> sql.fetchCount(table(name("feed_cursors")))) == tenants);
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("cordon-events");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int forgetOld() {
        return sweep.sweep();
    }

    @Override
    public void close() {
        http.close();
        sweep.close();
        webhooks.close();
        tails.close();
        web.close();
        database.close();
    }

    static MachineFacts facts(String name) {
        return MachineFacts.newBuilder().setComputerDnsName(name).build();
    }

    private static java.security.PublicKey key() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Caller application(String tenant, String... permissions) {
        return new Caller(tenant, "app-1", "Responder", Caller.Context.APPLICATION, Set.of(permissions));
    }

    private Caller verify(String token) {
        var caller = callers.get(token);
        if (caller == null) {
            throw ApiException.unauthorized("no such token");
        }
        return caller;
    }

    void tenant(String id) {
        database.write(sql -> sql.insertInto(table(name("tenants")))
                .set(field(name("id"), SQLDataType.VARCHAR), id)
                .set(field(name("display_name"), SQLDataType.VARCHAR), id)
                .set(field(name("settings"), SQLDataType.VARCHAR), "{}")
                .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                .set(field(name("audit_number"), SQLDataType.BIGINT), 0L)
                .set(field(name("audit_hash"), SQLDataType.BLOB), new byte[32])
                .execute());
    }
}
