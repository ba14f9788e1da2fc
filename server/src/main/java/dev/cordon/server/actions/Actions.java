package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Action;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
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

    static final List<String> READ = List.of(Permissions.MACHINE_READ_ALL, Permissions.MACHINE_READ_WRITE_ALL);

    private final Database database;
    private final Machines machines;
    private final ActionLookup lookup;
    private final Acceptance acceptance;
    private final Cancellation cancellation;
    private final BreakGlass breakGlass;
    private final FileMachineActions files;
    private final ActionDetails details;
    private final ActionTimeline timeline;
    private final Restores restores;

    public Actions(
            Database database,
            InstantSource time,
            AuditLog audit,
            Tenants tenants,
            Machines machines,
            TenantKeys keys,
            KeyVault vault,
            Outbox outbox,
            RunningProgress progress) {
        var commands = new Commands(keys, vault);
        var intents = new Intents(machines);
        var transitions = new Transitions(audit, intents, time);
        this.database = database;
        this.machines = machines;
        this.lookup = new ActionLookup(database, machines);
        this.acceptance = new Acceptance(database, time, audit, machines, tenants, commands, intents, outbox);
        this.cancellation = new Cancellation(database, time, audit, machines, commands, transitions, outbox);
        this.breakGlass = new BreakGlass(database, audit, commands);
        this.files = new FileMachineActions(database, lookup);
        this.details = new ActionDetails(database, lookup, progress);
        this.timeline = new ActionTimeline(database, lookup, machines);
        this.restores = new Restores(database, machines, lookup, acceptance);
    }

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        for (var face : List.of(Route.Face.DEFENDER, Route.Face.PREVIEW)) {
            routes.addAll(asks(face));
            routes.add(Route.anyOf(HandlerType.GET, face, "/machineactions", READ, this::list));
            routes.add(Route.anyOf(HandlerType.GET, face, "/machineactions/$count", READ, this::count));
            routes.add(Route.anyOf(HandlerType.GET, face, "/machineactions/{id}", READ, this::get));
            routes.addAll(files.routes(face));
        }
        routes.add(ask(Route.Face.DEFENDER, "offboard", ActionType.OFFBOARD, plain(ActionType.OFFBOARD)));
        routes.add(Route.byObject(
                HandlerType.POST,
                Route.Face.DEFENDER,
                "/machineactions/{id}/cancel",
                Arrays.stream(ActionType.values())
                        .flatMap(type -> type.permissions().stream())
                        .distinct()
                        .toList(),
                this::cancel));
        routes.add(
                Route.administration(HandlerType.POST, "/cordon/v1/machines/{id}/break-glass-code", this::handOutCode));
        routes.addAll(details.routes());
        routes.addAll(timeline.routes());
        routes.addAll(restores.routes());
        routes.addAll(new Quarantine(database).routes());
        return List.copyOf(routes);
    }

    private List<Route> asks(Route.Face face) {
        return List.of(
                ask(face, "collectInvestigationPackage", ActionType.COLLECT, plain(ActionType.COLLECT)),
                ask(face, "isolate", ActionType.ISOLATE, ActionRequest::isolate),
                ask(face, "unisolate", ActionType.UNISOLATE, plain(ActionType.UNISOLATE)),
                ask(face, "restrictCodeExecution", ActionType.RESTRICT, plain(ActionType.RESTRICT)),
                ask(face, "unrestrictCodeExecution", ActionType.UNRESTRICT, plain(ActionType.UNRESTRICT)),
                ask(face, "runAntiVirusScan", ActionType.SCAN, ActionRequest::scan),
                ask(face, "StopAndQuarantineFile", ActionType.QUARANTINE, ActionRequest::quarantine),
                ask(face, "requestSample", ActionType.SAMPLE, ActionRequest::sample));
    }

    private static Function<ObjectNode, ActionRequest> plain(ActionType type) {
        return body -> ActionRequest.plain(type, body);
    }

    private Route ask(Route.Face face, String verb, ActionType type, Function<ObjectNode, ActionRequest> reader) {
        return Route.anyOf(
                HandlerType.POST,
                face,
                "/machines/{id}/" + verb,
                type.permissions(),
                (http, caller) -> accept(http, caller, reader));
    }

    private void accept(Context http, Caller caller, Function<ObjectNode, ActionRequest> reader) {
        var request = read(http, reader);
        var accepted = acceptance.accept(caller, http.pathParam("id"), request, idempotencyKey(http));
        var action = accepted.action();
        var shape = ActionShape.of(http, action.type());
        http.status(201).header("Location", RequestUrls.base(http) + shape.path() + action.id());
        if (accepted.replayed()) {
            http.header(IDEMPOTENCY_REPLAYED, "true");
        }
        shape.answer(http, accepted.replayed() ? shape.write(action) : shape.created(action));
    }

    /** A body with a fault is told of later, because a machine that is not there comes first. */
    private static Supplier<ActionRequest> read(Context http, Function<ObjectNode, ActionRequest> reader) {
        try {
            var request = reader.apply(JsonBody.object(http));
            return () -> request;
        } catch (ApiException e) {
            return () -> {
                throw e;
            };
        }
    }

    private void cancel(Context http, Caller caller) {
        var action = lookup.action(http, caller);
        var allowed = Permissions.require(caller, action.type().permissions());
        database.read(sql -> machines.require(sql, allowed, action.machineId()));
        var body = http.bodyAsBytes().length == 0 ? Json.MAPPER.createObjectNode() : JsonBody.object(http);
        var comment = ActionRequest.cancellationComment(body);
        var cancelled = cancellation.cancel(caller, action, comment, idempotencyKey(http));
        if (cancelled.replayed()) {
            http.header(IDEMPOTENCY_REPLAYED, "true");
        }
        ActionShape.MACHINE_ACTION.answer(http, ActionJson.write(cancelled.action()));
    }

    private void get(Context http, Caller caller) {
        var action = lookup.visible(http, caller);
        var shape = ActionShape.ofReads(http);
        shape.answer(http, shape.write(action));
    }

    private void list(Context http, Caller caller) {
        var shape = ActionShape.ofReads(http);
        var query = ODataQuery.of(http, shape.model());
        var page = database.read(sql -> query.page(sql, visible(caller), MachineAction::of));
        ODataAnswers.list(http, page.<ObjectNode>map(shape::write));
    }

    private void count(Context http, Caller caller) {
        var query = ODataQuery.of(http, ActionShape.ofReads(http).model());
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

    /** The actions that a caller may see: those on the machines that it may see. */
    static Condition visible(Caller caller) {
        return Machines.visible(caller, Action.TENANT_ID, Action.MACHINE_ID);
    }

    private static Optional<String> idempotencyKey(Context http) {
        return Optional.ofNullable(http.header(IDEMPOTENCY_KEY)).map(IdempotencyKeys::check);
    }
}
