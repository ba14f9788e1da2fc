package dev.cordon.server.enrollment;

import dev.cordon.gateway.GatewayLimits;
import dev.cordon.gateway.GatewayServer;
import dev.cordon.gateway.GatewaySettings;
import dev.cordon.server.actions.ActionReports;
import dev.cordon.server.actions.Actions;
import dev.cordon.server.actions.Expiry;
import dev.cordon.server.actions.Outbox;
import dev.cordon.server.actions.RunningProgress;
import dev.cordon.server.audit.HashChainedAuditLog;
import dev.cordon.server.blocks.BlockLists;
import dev.cordon.server.blocks.Blocks;
import dev.cordon.server.blocks.Enforcement;
import dev.cordon.server.delivery.BlockListDelivery;
import dev.cordon.server.delivery.OffboardedMachines;
import dev.cordon.server.delivery.ReportInbox;
import dev.cordon.server.delivery.WaitingCommands;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.objects.ObjectEndpoints;
import dev.cordon.server.objects.ObjectFiles;
import dev.cordon.server.objects.ObjectSweep;
import dev.cordon.server.objects.Uploads;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.tls.ServerTls;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The server's parts from the store to the gateway, with two tenants and a clock that can be moved on. */
public final class EnrollmentServer implements AutoCloseable {

    public final Database database;
    public final String tenant;
    public final String otherTenant;
    public final TenantKeys keys;
    public final MachineCertificates certificates;
    public final ServerTls tls;
    public final GatewayServer gateway;
    public final HashChainedAuditLog audit;
    public final BlockLists blockLists;
    public final ObjectFiles objectFiles;
    public final ObjectSweep sweep;
    public final Expiry expiry;
    /** The folder of sealed files. */
    public final Path objects;

    private final WebServer web;
    private final TestHttp http = new TestHttp();
    private volatile Duration passed = Duration.ZERO;

    public EnrollmentServer(Engine engine) {
        try {
            var folder = Files.createTempDirectory("cordon-enrollment");
            InstantSource clock = () -> Instant.now().plus(passed);
            database = engine.fresh();
            audit = new HashChainedAuditLog(clock);
            var vault = KeyVault.open(folder.resolve("master.key"));
            keys = new TenantKeys(database, vault, clock);
            var tenants = new Tenants(clock);
            tenant = makeTenant(tenants, "First");
            otherTenant = makeTenant(tenants, "Second");
            tls = ServerTls.open(folder.resolve("tls"), List.of("localhost"), clock);
            var machines = new Machines(database, clock, audit);
            certificates = new MachineCertificates(database, keys, machines, audit, clock);
            var outbox = new Outbox(database, clock);
            blockLists = new BlockLists(database, keys, audit, clock);
            var blocks = new Blocks(database, blockLists, audit, clock);
            objectFiles = ObjectFiles.in(folder.resolve("objects"), vault);
            objects = folder.resolve("objects");
            sweep = new ObjectSweep(database, objectFiles, tenants, audit, clock);
            expiry = new Expiry(database, clock, audit, machines);
            var objectRoutes = new ObjectEndpoints(database, objectFiles, machines, tenants, audit, clock).routes();
            var progress = new RunningProgress(clock);
            var reports = new ActionReports(audit, machines, clock, new OffboardedMachines(machines, certificates));
            gateway = new GatewayServer(
                            new GatewaySettings(
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                    tls.privateKey(),
                                    tls.certificateChain(),
                                    Duration.ofSeconds(5),
                                    List.of("localhost:0"),
                                    GatewayLimits.DEFAULT),
                            certificates,
                            new WaitingCommands(outbox),
                            new ReportInbox(database, machines, reports, audit, progress),
                            new BlockListDelivery(blockLists, new Enforcement(database, clock)),
                            new Uploads(database, objectFiles, tenants, audit, clock),
                            clock)
                    .start();
            var tokens = new EnrollmentTokens(audit, clock, tls.caSha256Hex());
            var enrollment = new Enrollment(
                    database,
                    tokens,
                    certificates,
                    machines,
                    keys,
                    audit,
                    clock,
                    new EnrollmentSettings(gateway::advertised, tls.caCertificate()),
                    gateway::dismiss);
            var actions = new Actions(database, clock, audit, tenants, machines, keys, vault, outbox, progress);
            web = new WebServer(
                    WebSettings.plainForTests(),
                    EnrollmentServer::caller,
                    Stream.<List<Route>>of(
                                    enrollment.routes(),
                                    actions.routes(),
                                    machines.routes(),
                                    blocks.routes(),
                                    objectRoutes)
                            .flatMap(List::stream)
                            .toList());
            web.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String makeTenant(Tenants tenants, String name) {
        return database.write(sql -> {
            var made = tenants.create(sql, name, Optional.empty());
            keys.create(sql, made.id());
            return made.id();
        });
    }

    /** Moves the clock on. */
    public void pass(Duration time) {
        passed = passed.plus(time);
    }

    /** An answer: its status and its JSON. */
    public record Answer(int status, JsonNode body) {}

    /** Calls as an administrator of the first tenant. */
    public Answer call(String method, String path, Object body) {
        return call(tenant + " all", method, path, body);
    }

    /** @param bearer tenant id and {@code all} or {@code none} for the permissions */
    public Answer call(String bearer, String method, String path, Object body) {
        var response = fetch(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
                .header("Authorization", "Bearer " + bearer)
                .method(method, HttpRequest.BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body))));
        return new Answer(
                response.statusCode(),
                response.body().length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(response.body()));
    }

    /** Sends a request as it is, to this server. */
    public HttpResponse<byte[]> fetch(HttpRequest.Builder request) {
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Makes a token and returns the whole answer. */
    public ObjectNode token(int maxUses) {
        var body = Json.MAPPER.createObjectNode();
        body.put("description", "test");
        body.put("maxUses", maxUses);
        var answer = call("POST", "/cordon/v1/enrollment-tokens", body);
        if (answer.status() != 201 || !(answer.body() instanceof ObjectNode object)) {
            throw new AssertionError(answer);
        }
        return object;
    }

    public Answer enroll(ObjectNode request) {
        return call("POST", "/cordon/v1/enroll", request);
    }

    /** Enrolls a new machine of the first tenant. */
    public TestMachine enrolled() {
        var machine = new TestMachine();
        machine.enrolled(enroll(machine.request(token(1).get("token").stringValue())));
        return machine;
    }

    /** The events in a tenant's audit log, oldest first. */
    public List<String> events() {
        return database.read(sql ->
                new ArrayList<>(sql.fetch("SELECT event FROM audit_entries WHERE tenant_id = ? ORDER BY number", tenant)
                        .getValues(0, String.class)));
    }

    @Override
    public void close() {
        http.close();
        web.close();
        gateway.close();
        database.close();
    }

    private static Caller caller(String token) {
        var words = token.split(" ", 2);
        var permissions = words[1].equals("all")
                ? Stream.concat(Stream.of(Permissions.CORDON_ADMINISTER), Permissions.WHOLE_API.stream())
                        .collect(Collectors.toSet())
                : Set.<String>of();
        return new Caller(words[0], "app", "Test", Caller.Context.APPLICATION, permissions);
    }
}
