package dev.cordon.server.machines;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.feed.Feed;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.machines.MachineGroup.Condition;
import dev.cordon.server.machines.MachineGroup.Operator;
import dev.cordon.server.machines.MachineGroup.Property;
import dev.cordon.server.machines.MachineGroup.Rule;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/machine-groups}: administrators say which machines belong together. Thread-safe. */
final class GroupEndpoints {

    private static final String PATH = "/cordon/v1/machine-groups";
    private static final Pattern ID = Pattern.compile("[0-9]{1,9}");
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{40}");
    private static final int MOST_CONDITIONS = 20;
    private static final int MOST_MACHINES = 1_000;
    private static final long HIGHEST_RANK = 1_000_000;

    private final Database database;
    private final MachineGroups groups;
    private final AuditLog audit;
    private final InstantSource time;

    GroupEndpoints(Database database, MachineGroups groups, AuditLog audit, InstantSource time) {
        this.database = database;
        this.groups = groups;
        this.audit = audit;
        this.time = time;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.GET, PATH + "/{id}", this::get),
                Route.administration(HandlerType.PUT, PATH + "/{id}", this::replace),
                Route.administration(HandlerType.DELETE, PATH + "/{id}", this::delete));
    }

    /** A group as a request describes it. */
    private record Wanted(String name, long rank, Rule rule) {}

    private void create(Context http, Caller caller) {
        var wanted = wanted(http);
        var made = database.write(sql -> {
            requireFreeName(sql, caller, wanted.name(), MachineGroup.UNGROUPED);
            var group = groups.create(sql, caller.tenantId(), wanted.name(), wanted.rank(), wanted.rule());
            log(sql, caller, "machineGroup.created", group);
            return group;
        });
        http.status(201).json(json(made));
    }

    private void list(Context http, Caller caller) {
        http.json(ApiJson.list(database.read(sql -> groups.all(sql, caller.tenantId())), GroupEndpoints::json));
    }

    private void get(Context http, Caller caller) {
        http.json(json(database.read(sql -> require(sql, caller, http.pathParam("id")))));
    }

    private void replace(Context http, Caller caller) {
        var id = http.pathParam("id");
        database.read(sql -> require(sql, caller, id));
        var wanted = wanted(http);
        http.json(json(database.write(sql -> {
            var group = require(sql, caller, id);
            requireFreeName(sql, caller, wanted.name(), group.id());
            var changed = new MachineGroup(group.id(), wanted.name(), wanted.rank(), wanted.rule());
            groups.change(sql, caller.tenantId(), changed);
            log(sql, caller, "machineGroup.changed", changed);
            return changed;
        })));
    }

    private void delete(Context http, Caller caller) {
        var id = http.pathParam("id");
        database.write(sql -> {
            var group = require(sql, caller, id);
            groups.delete(sql, caller.tenantId(), group.id());
            log(sql, caller, "machineGroup.deleted", group);
            return group;
        });
        http.status(204);
    }

    private MachineGroup require(DSLContext sql, Caller caller, String id) {
        return (ID.matcher(id).matches()
                        ? groups.find(sql, caller.tenantId(), Long.parseLong(id))
                        : groups.all(sql, caller.tenantId()).stream()
                                .filter(group -> group.name().equals(id))
                                .findFirst())
                .orElseThrow(
                        () -> ApiException.resourceNotFound("Machine group " + Excerpt.of(id) + " was not found."));
    }

    private void requireFreeName(DSLContext sql, Caller caller, String name, long except) {
        boolean taken = groups.all(sql, caller.tenantId()).stream()
                .anyMatch(group -> group.name().equals(name) && group.id() != except);
        if (taken || name.startsWith("deleted ")) {
            throw ApiException.badRequest("name: another group has it.");
        }
    }

    private void log(DSLContext sql, Caller caller, String event, MachineGroup group) {
        audit.append(
                sql,
                caller.tenantId(),
                caller.actor(),
                event,
                "machineGroup:" + group.id(),
                Map.of(
                        "name",
                        group.name(),
                        "rank",
                        group.rank(),
                        "rule",
                        json(group).get("conditions").toString()));
        Feed.manyMachines(sql, caller.tenantId(), time.instant(), "machine groups changed");
    }

    private static Wanted wanted(Context http) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("name", 200).orElseThrow(() -> body.wrong("name", "is missing."));
        if (ID.matcher(name).matches()) {
            throw body.wrong("name", "must not be a number.");
        }
        long rank = body.integer("rank", 1, HIGHEST_RANK).orElse(HIGHEST_RANK);
        var conditions = body.list("conditions", MOST_CONDITIONS, GroupEndpoints::condition);
        var machines = body.list("machineIds", MOST_MACHINES, GroupEndpoints::machineId);
        body.end();
        return new Wanted(name, rank, new Rule(conditions, machines));
    }

    private static Condition condition(JsonNode node, String path) {
        var object = new StrictObject(node, path);
        var condition = new Condition(
                word(object, "property", Property.values(), Property::word),
                word(object, "operator", Operator.values(), Operator::word),
                object.text("value", 256).orElseThrow(() -> object.wrong("value", "is missing.")));
        object.end();
        return condition;
    }

    private static <T> T word(StrictObject object, String key, T[] values, Function<T, String> word) {
        var text = object.text(key, 50).orElse("");
        return Arrays.stream(values)
                .filter(value -> word.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> object.wrong(
                        key,
                        "must be one of " + Arrays.stream(values).map(word).collect(Collectors.joining(", ")) + "."));
    }

    private static String machineId(JsonNode node, String path) {
        var id = StrictObject.text(node, path, 40).toLowerCase(Locale.ROOT);
        if (!MACHINE_ID.matcher(id).matches()) {
            throw ApiException.badRequest(path + ": must be a machine id, 40 hex digits.");
        }
        return id;
    }

    private static ObjectNode json(MachineGroup group) {
        var json = Json.MAPPER
                .createObjectNode()
                .put("id", group.id())
                .put("name", group.name())
                .put("rank", group.rank());
        var conditions = json.putArray("conditions");
        for (var condition : group.rule().conditions()) {
            conditions
                    .addObject()
                    .put("property", condition.property().word())
                    .put("operator", condition.operator().word())
                    .put("value", condition.value());
        }
        group.rule().machineIds().forEach(json.putArray("machineIds")::add);
        return json;
    }
}
