package dev.cordon.server.actions;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.machines.Machine;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.odata.ODataQuery;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jooq.Condition;
import tools.jackson.databind.node.ObjectNode;

/**
 * The machine actions' endpoints: ask for one, cancel it, read it, hand out a break-glass code. Thread-safe.
 *
 * <p>Checks come in the order that clients rely on: the permission (by the route), the machine (404 whatever the body),
 * the body, then what depends on the machine.
 */
public final class Actions {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String IDEMPOTENCY_REPLAYED = "Idempotency-Replayed";

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final List<String> READ = List.of(Permissions.MACHINE_READ_ALL, Permissions.MACHINE_READ_WRITE_ALL);

    private final Database database;
    private final Machines machines;
    private final Acceptance acceptance;
    private final Cancellation cancellation;
    private final BreakGlass breakGlass;

    public Actions(
            Database database,
            InstantSource time,
            AuditLog audit,
            Tenants tenants,
            Machines machines,
            TenantKeys keys,
            KeyVault vault,
            Outbox outbox) {
        var commands = new Commands(keys, vault);
        var intents = new Intents(machines);
        var transitions = new Transitions(audit, intents, time);
        this.database = database;
        this.machines = machines;
        this.acceptance = new Acceptance(database, time, audit, machines, tenants, commands, intents, outbox);
        this.cancellation = new Cancellation(database, time, audit, machines, commands, transitions, outbox);
        this.breakGlass = new BreakGlass(database, audit, commands);
    }

    public List<Route> routes() {
        return List.of(
                ask("/machines/{id}/isolate", ActionType.ISOLATE, ActionRequest::isolate),
                ask("/machines/{id}/unisolate", ActionType.UNISOLATE, ActionRequest::unisolate),
                Route.byObject(
                        HandlerType.POST,
                        Route.Face.DEFENDER,
                        "/machineactions/{id}/cancel",
                        Arrays.stream(ActionType.values())
                                .map(ActionType::permission)
                                .distinct()
                                .toList(),
                        this::cancel),
                Route.anyOf(HandlerType.GET, Route.Face.DEFENDER, "/machineactions", READ, this::list),
                Route.anyOf(HandlerType.GET, Route.Face.DEFENDER, "/machineactions/$count", READ, this::count),
                Route.anyOf(HandlerType.GET, Route.Face.DEFENDER, "/machineactions/{id}", READ, this::get),
                Route.anyOf(
                        HandlerType.POST,
                        Route.Face.CORDON,
                        "/cordon/v1/machines/{id}/break-glass-code",
                        List.of(Permissions.CORDON_ADMINISTER),
                        this::handOutCode));
    }

    private Route ask(String path, ActionType type, Function<ObjectNode, ActionRequest> reader) {
        return Route.anyOf(
                HandlerType.POST,
                Route.Face.DEFENDER,
                path,
                List.of(type.permission()),
                (http, caller) -> accept(http, caller, reader));
    }

    private void accept(Context http, Caller caller, Function<ObjectNode, ActionRequest> reader) {
        var machine = machine(http, caller);
        var request = reader.apply(JsonBody.object(http));
        var accepted = acceptance.accept(caller, machine, request, idempotencyKey(http));
        var base = RequestUrls.base(http);
        http.status(201)
                .header(
                        "Location",
                        base + "/api/machineactions/" + accepted.action().id());
        if (accepted.replayed()) {
            http.header(IDEMPOTENCY_REPLAYED, "true");
            answer(http, ActionJson.write(accepted.action()));
        } else {
            answer(http, ActionJson.created(accepted.action()));
        }
    }

    private void cancel(Context http, Caller caller) {
        var action = action(http, caller);
        var allowed = Permissions.require(caller, List.of(action.type().permission()));
        database.read(sql -> machines.require(sql, allowed, action.machineId()));
        var body = http.bodyAsBytes().length == 0 ? Json.MAPPER.createObjectNode() : JsonBody.object(http);
        var comment = ActionRequest.cancellationComment(body);
        var cancelled = cancellation.cancel(caller, action, comment, idempotencyKey(http));
        if (cancelled.replayed()) {
            http.header(IDEMPOTENCY_REPLAYED, "true");
        }
        answer(http, ActionJson.write(cancelled.action()));
    }

    private void get(Context http, Caller caller) {
        var action = action(http, caller);
        database.read(sql -> machines.require(sql, caller, action.machineId()));
        answer(http, ActionJson.write(action));
    }

    private void list(Context http, Caller caller) {
        var query = ODataQuery.of(http, ActionModel.MODEL);
        var page = database.read(sql -> query.page(sql, visible(caller), MachineAction::of));
        ODataAnswers.list(http, page.<ObjectNode>map(ActionJson::write));
    }

    private void count(Context http, Caller caller) {
        var query = ODataQuery.of(http, ActionModel.MODEL);
        ODataAnswers.count(http, database.read(sql -> query.count(sql, visible(caller))));
    }

    private void handOutCode(Context http, Caller caller) {
        var machine = machine(http, caller);
        var code = breakGlass.handOut(caller, machine);
        http.header("Cache-Control", "no-store")
                .json(Json.MAPPER
                        .createObjectNode()
                        .put("machineId", machine.id())
                        .put("actionId", code.actionId())
                        .put("isolatedAt", ApiJson.instant(code.isolatedAt()))
                        .put("code", code.code()));
    }

    private Machine machine(Context http, Caller caller) {
        var id = http.pathParam("id");
        return database.read(sql -> machines.require(sql, caller, id));
    }

    private MachineAction action(Context http, Caller caller) {
        var id = http.pathParam("id");
        return Optional.of(id.toLowerCase(Locale.ROOT))
                .filter(text -> GUID.matcher(text).matches())
                .flatMap(guid -> database.read(sql -> Transitions.find(sql, caller.tenantId(), guid)))
                .orElseThrow(() -> ApiException.resourceNotFound("Machine action " + id + " was not found"));
    }

    private static Condition visible(Caller caller) {
        return Machines.visible(caller, ActionTables.Action.TENANT_ID, ActionTables.Action.MACHINE_ID);
    }

    private static void answer(Context http, ObjectNode action) {
        ODataAnswers.entity(http, ActionModel.SET, action);
    }

    private static Optional<String> idempotencyKey(Context http) {
        return Optional.ofNullable(http.header(IDEMPOTENCY_KEY)).map(IdempotencyKeys::check);
    }
}
