package dev.cordon.server.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.gateway.CommandSource;
import dev.cordon.gateway.CommandSource.Delivery;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.audit.HashChainedAuditLog.Verification;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import tools.jackson.databind.JsonNode;

/**
 * A server's actions over a fresh database and real HTTP, with two tenants and a clock that stands still until moved.
 * What a machine would do is done by hand: {@link #deliver}, {@link #reports}.
 */
final class ActionWorld implements AutoCloseable {

    static final String RESPONDER = "responder";
    static final String SECOND_RESPONDER = "second-responder";
    static final String ALL = "all";
    static final String COLLECTOR = "collector";
    static final String READER = "reader";
    static final String ADMINISTRATOR = "administrator";
    static final String NEIGHBOUR = "neighbour";

    final Database database;
    final HashChainedAuditLog audit;
    final Machines machines;
    final Tenants tenants;
    final TenantKeys keys;
    final Outbox outbox;
    final Expiry expiry;
    final RunningProgress progress = new RunningProgress(this::now);
    final String tenant;
    final List<MachineRef> woken = new CopyOnWriteArrayList<>();
    final List<CommandSource.Delivery> handedOver = new CopyOnWriteArrayList<>();
    final AtomicBoolean connected = new AtomicBoolean();
    private final CommandSource.Listener gateway = new CommandSource.Listener() {
        @Override
        public boolean connected(MachineRef machine) {
            return connected.get();
        }

        @Override
        public void handOver(MachineRef machine, CommandSource.Delivery delivery) {
            handedOver.add(delivery);
        }

        @Override
        public void waiting(MachineRef machine) {
            woken.add(machine);
        }
    };
    /** What machines report. */
    final MachineReports reports;

    private final WebServer web;
    private final TestHttp client = new TestHttp();
    private volatile Instant now = Instant.parse("2026-03-05T10:15:30.12Z");

    ActionWorld(Engine engine) {
        database = engine.fresh();
        audit = new HashChainedAuditLog(this::now);
        machines = new Machines(database, this::now, audit);
        tenants = new Tenants(this::now);
        try {
            var vault =
                    KeyVault.open(Files.createTempDirectory("cordon-actions").resolve("master.key"));
            keys = new TenantKeys(database, vault, this::now);
            outbox = new Outbox(database, this::now);
            outbox.listen(gateway);
            expiry = new Expiry(database, this::now, audit, machines);
            tenant = tenant("Example");
            reports = new MachineReports(
                    database,
                    machines,
                    new ActionReports(
                            audit,
                            machines,
                            this::now,
                            (sql, machine) -> machines.offboard(sql, machine.tenantId(), machine.machineId())),
                    tenant);
            var neighbour = tenant("Neighbour");
            var actions = new Actions(database, this::now, audit, tenants, machines, keys, vault, outbox, progress);
            web = new WebServer(WebSettings.plainForTests(), new ActionCallers(tenant, neighbour), actions.routes());
            web.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** What the server listens on, as it shows in contexts. */
    String base() {
        return "http://127.0.0.1:" + web.port();
    }

    String enroll(String dnsName) {
        return enroll(tenant, dnsName);
    }

    private String enroll(String tenantId, String dnsName) {
        var key = newKey();
        var id = MachineId.of(key);
        database.write(sql -> {
            machines.enroll(sql, tenantId, id, key, facts(dnsName));
            return 0;
        });
        return id.value();
    }

    /** The machine says that it can do all of this. */
    void connect(String machineId, List<String> capabilities) {
        var hello = Hello.newBuilder().setFacts(facts("m.example.com"));
        capabilities.forEach(name ->
                hello.addCapabilities(Capability.newBuilder().setName(name).setSupport(Support.SUPPORT_ENFORCED)));
        database.write(sql -> {
            machines.connected(sql, tenant, machineId, hello.build(), InetAddress.getLoopbackAddress());
            return 0;
        });
    }

    /** The machine says what it can do. */
    void connect(String machineId, Support isolation, String... limits) {
        var hello = Hello.newBuilder()
                .setFacts(facts("m.example.com"))
                .addCapabilities(Capability.newBuilder()
                        .setName("NetworkIsolation")
                        .setSupport(isolation)
                        .addAllLimits(List.of(limits)))
                .build();
        database.write(sql -> {
            machines.connected(sql, tenant, machineId, hello, InetAddress.getLoopbackAddress());
            return 0;
        });
    }

    Reply post(String caller, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(base() + path))
                .header("Authorization", "Bearer " + caller)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    Reply get(String caller, String path) {
        return send(HttpRequest.newBuilder(URI.create(base() + path)).header("Authorization", "Bearer " + caller));
    }

    private Reply send(HttpRequest.Builder request) {
        var answer = client.send(request);
        return new Reply(answer.statusCode(), answer.headers().map(), answer.body());
    }

    /** An answer of the server. */
    record Reply(int status, Map<String, List<String>> headers, String body) {
        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        String text(String field) {
            return json().get(field).asString();
        }

        String errorCode() {
            return json().get("error").get("code").asString();
        }

        String errorMessage() {
            return json().get("error").get("message").asString();
        }
    }

    /** Asks for a full isolation and returns the action's id. */
    String isolate(String machineId) {
        return created(post(RESPONDER, "/api/machines/" + machineId + "/isolate", "{\"Comment\":\"c\"}"));
    }

    String isolate(String machineId, String scope) {
        return created(post(
                RESPONDER,
                "/api/machines/" + machineId + "/isolate",
                "{\"Comment\":\"c\",\"IsolationType\":\"" + scope + "\"}"));
    }

    String unisolate(String machineId) {
        return created(post(RESPONDER, "/api/machines/" + machineId + "/unisolate", "{\"Comment\":\"c\"}"));
    }

    /** Asks for an action with this body and returns its id. */
    String ask(String machineId, String verb, String body) {
        return created(post(ALL, "/api/machines/" + machineId + "/" + verb, body.replace('\'', '"')));
    }

    static String created(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply.text("id");
    }

    Reply cancel(String actionId) {
        return post(RESPONDER, "/api/machineactions/" + actionId + "/cancel", "{\"Comment\":\"changed\"}");
    }

    JsonNode action(String actionId) {
        var reply = get(READER, "/api/machineactions/" + actionId);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    String status(String actionId) {
        return action(actionId).get("status").asString();
    }

    MachineRef ref(String machineId) {
        return new MachineRef(tenant, machineId);
    }

    /** Hands the machine all that waits, with valid signatures, and acknowledges it. */
    List<Command> deliver(String machineId) {
        var commands = take(machineId);
        commands.stream()
                .mapToLong(Command::getSequence)
                .max()
                .ifPresent(last -> outbox.acknowledged(ref(machineId), last));
        return commands;
    }

    /** Hands the machine all that waits; it does not come to acknowledge. */
    List<Command> take(String machineId) {
        return outbox.take(ref(machineId), 0, 100).stream().map(this::open).toList();
    }

    private Command open(Delivery delivery) {
        var key = database.read(sql -> keys.commandKey(sql, tenant).publicKey());
        try {
            return Envelopes.open(delivery.command(), key);
        } catch (InvalidEnvelopeException e) {
            throw new AssertionError(e);
        }
    }

    String desired(String machineId) {
        return database.read(sql -> machines.state(sql, tenant, machineId, Aspect.ASPECT_ISOLATION))
                .desired();
    }

    Optional<String> observed(String machineId) {
        return Optional.ofNullable(database.read(sql -> machines.state(sql, tenant, machineId, Aspect.ASPECT_ISOLATION))
                .observed());
    }

    /** Audit entries of the tenant, oldest first: {@code actor event subject detail}. */
    List<String> audited() {
        return database.read(sql -> sql.select(text("actor"), text("event"), text("subject"), text("detail"))
                .from(table(name("audit_entries")))
                .where(text("tenant_id").eq(tenant))
                .orderBy(field(name("number")))
                .fetch(row -> String.join(" ", row.value1(), row.value2(), row.value3(), row.value4())));
    }

    long count(String table) {
        return database.read(sql -> (long) sql.fetchCount(table(name(table))));
    }

    /** Whatever happened: the chain holds, and no command was both withdrawn and delivered. */
    @Override
    public void close() {
        try {
            Verification chain = database.read(sql -> audit.verify(sql, tenant));
            int both = database.read(ActionWorld::withdrawnAndDelivered);
            assertThat(chain).isInstanceOf(Verification.Intact.class);
            assertThat(both).isZero();
        } finally {
            client.close();
            web.close();
            database.close();
        }
    }

    private static int withdrawnAndDelivered(DSLContext sql) {
        return sql.fetchCount(
                ActionTables.Outgoing.TABLE,
                ActionTables.Outgoing.WITHDRAWN_AT.isNotNull().and(ActionTables.Outgoing.DELIVERED_AT.isNotNull()));
    }

    private String tenant(String displayName) {
        return database.write(sql -> {
            var id = tenants.create(sql, displayName, Optional.empty()).id();
            keys.create(sql, id);
            return id;
        });
    }

    private static MachineFacts facts(String dnsName) {
        return MachineFacts.newBuilder()
                .setComputerDnsName(dnsName)
                .setOsPlatform("Debian")
                .setOsRelease("12")
                .setOsProcessor("x64")
                .setOsArchitecture("64-bit")
                .setAgentVersion("0.1.0")
                .build();
    }

    private static PublicKey newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static org.jooq.Field<String> text(String column) {
        return field(name(column), SQLDataType.CLOB);
    }
}
