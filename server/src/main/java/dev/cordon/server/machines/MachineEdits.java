package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.DEVICE_VALUE;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.TAG;
import static dev.cordon.server.machines.MachineTable.TAGS;
import static dev.cordon.server.machines.MachineTable.TAG_MACHINE_ID;
import static dev.cordon.server.machines.MachineTable.TAG_TENANT_ID;
import static dev.cordon.server.machines.MachineTable.is;
import static dev.cordon.server.web.Permissions.MACHINE_READ_WRITE_ALL;
import static dev.cordon.server.web.PortalPermission.MANAGE_SECURITY_SETTINGS;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.odata.ODataAnswers;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The endpoints that change what people set on a machine: tags and device value. Each change and its audit entry are one
 * transaction. An unknown machine is told before anything about the body. Thread-safe.
 */
final class MachineEdits {

    private static final int LONGEST_TAG = 200;
    private static final int MOST_TAGS = 100;
    private static final int MOST_MACHINES = 500;

    private final Database database;
    private final Machines machines;
    private final AuditLog audit;

    MachineEdits(Database database, Machines machines, AuditLog audit) {
        this.database = database;
        this.machines = machines;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                edit(HandlerType.POST, "/machines/AddOrRemoveTagForMultipleMachines", this::tagMany)
                        .inRole(MANAGE_SECURITY_SETTINGS),
                edit(HandlerType.POST, "/machines/{id}/tags", this::tag).inRole(MANAGE_SECURITY_SETTINGS),
                edit(HandlerType.POST, "/machines/{id}/setDeviceValue", this::value)
                        .inRole(MANAGE_SECURITY_SETTINGS),
                edit(HandlerType.PATCH, "/machines/{id}", this::patch));
    }

    private static Route edit(HandlerType method, String path, Route.Handler.Authenticated handler) {
        return Route.anyOf(method, Route.Face.DEFENDER, path, List.of(MACHINE_READ_WRITE_ALL), handler);
    }

    private void tag(Context http, Caller caller) {
        change(http, caller, () -> {
            var change = tagChange(JsonBody.object(http));
            return (sql, machine) -> apply(sql, caller, machine, change);
        });
    }

    private void tagMany(Context http, Caller caller) {
        var body = JsonBody.object(http);
        var change = tagChange(body);
        var ids = texts(body, "MachineIds").orElseThrow(() -> ApiException.missingParameter("MachineIds"));
        if (ids.size() > MOST_MACHINES) {
            throw new ApiException(
                    400,
                    "MaximumBatchSizeExceeded",
                    "Maximum batch size exceeded. Received: " + ids.size() + ", allowed: " + MOST_MACHINES + ".");
        }
        database.write(sql -> {
            for (var id : ids) {
                apply(sql, caller, require(sql, caller, id), change);
            }
            return ids.size();
        });
        http.status(200);
    }

    private void value(Context http, Caller caller) {
        change(http, caller, () -> {
            var value = deviceValue(JsonBody.object(http), "DeviceValue")
                    .orElseThrow(() -> ApiException.missingParameter("DeviceValue"));
            return (sql, machine) -> setValue(sql, caller, machine, value);
        });
    }

    private void patch(Context http, Caller caller) {
        change(http, caller, () -> {
            var body = JsonBody.object(http);
            var value = deviceValue(body, "deviceValue");
            var tags = texts(body, "machineTags");
            tags.ifPresent(all -> all.forEach(MachineEdits::checkTag));
            return (sql, machine) -> {
                value.ifPresent(set -> setValue(sql, caller, machine, set));
                tags.ifPresent(all -> replaceTags(sql, caller, machine, all));
            };
        });
    }

    /** Finds the machine, then reads the body, then changes and answers the machine as it is afterwards. */
    private void change(Context http, Caller caller, Supplier<BiConsumer<DSLContext, Machine>> reader) {
        var id = http.pathParam("id");
        var known = database.read(sql -> require(sql, caller, id));
        var change = reader.get();
        var changed = database.write(sql -> {
            change.accept(sql, known);
            return require(sql, caller, known.id());
        });
        ODataAnswers.entity(http, MachineModel.SET, MachineJson.write(changed));
    }

    private Machine require(DSLContext sql, Caller caller, String id) {
        return machines.require(sql, caller, id);
    }

    private void apply(DSLContext sql, Caller caller, Machine machine, TagChange change) {
        if (change.add()) {
            addTag(sql, caller, machine, change.tag());
        } else {
            sql.deleteFrom(TAGS)
                    .where(TAG_TENANT_ID.eq(caller.tenantId()), TAG_MACHINE_ID.eq(machine.id()), TAG.eq(change.tag()))
                    .execute();
        }
        machines.groups().assign(sql, caller.tenantId(), machine.id());
        log(sql, caller, machine, change.add() ? "machine.tagged" : "machine.untagged", Map.of("tag", change.tag()));
    }

    private void addTag(DSLContext sql, Caller caller, Machine machine, String tag) {
        sql.insertInto(TAGS)
                .set(TAG_TENANT_ID, caller.tenantId())
                .set(TAG_MACHINE_ID, machine.id())
                .set(TAG, tag)
                .onConflictDoNothing()
                .execute();
        int tags = sql.fetchCount(TAGS, TAG_TENANT_ID.eq(caller.tenantId()), TAG_MACHINE_ID.eq(machine.id()));
        if (tags > MOST_TAGS) {
            throw ApiException.invalidInput(
                    "Machine " + machine.id() + " would have more than " + MOST_TAGS + " tags.");
        }
    }

    private void replaceTags(DSLContext sql, Caller caller, Machine machine, List<String> tags) {
        sql.deleteFrom(TAGS)
                .where(TAG_TENANT_ID.eq(caller.tenantId()), TAG_MACHINE_ID.eq(machine.id()))
                .execute();
        tags.forEach(tag -> addTag(sql, caller, machine, tag));
        machines.groups().assign(sql, caller.tenantId(), machine.id());
        log(sql, caller, machine, "machine.tags-replaced", Map.of("tags", List.copyOf(tags)));
    }

    private void setValue(DSLContext sql, Caller caller, Machine machine, String value) {
        sql.update(MACHINES)
                .set(DEVICE_VALUE, value)
                .where(is(caller.tenantId(), machine.id()))
                .execute();
        var detail = new LinkedHashMap<String, String>();
        detail.put("from", machine.deviceValue());
        detail.put("to", value);
        log(sql, caller, machine, "machine.device-value-set", detail);
    }

    private void log(DSLContext sql, Caller caller, Machine machine, String event, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "machine:" + machine.id(), detail);
    }

    private static TagChange tagChange(ObjectNode body) {
        var tag = JsonBody.text(body, "Value").orElseThrow(() -> ApiException.missingParameter("Value"));
        var action = JsonBody.text(body, "Action").orElseThrow(() -> ApiException.missingParameter("Action"));
        boolean add = action.equalsIgnoreCase("Add");
        if (!add && !action.equalsIgnoreCase("Remove")) {
            throw ApiException.invalidInput("Action must be Add or Remove.");
        }
        checkTag(tag);
        return new TagChange(tag, add);
    }

    private static void checkTag(String tag) {
        if (tag.isBlank() || tag.length() > LONGEST_TAG || !tag.equals(FactText.of(tag, LONGEST_TAG))) {
            throw ApiException.invalidInput(
                    "A tag has 1 to " + LONGEST_TAG + " characters, no control characters and no blanks around it.");
        }
    }

    private static Optional<String> deviceValue(ObjectNode body, String field) {
        return JsonBody.text(body, field)
                .map(text -> MachineModel.DEVICE_VALUES.stream()
                        .filter(text::equalsIgnoreCase)
                        .findFirst()
                        .orElseThrow(() -> ApiException.invalidInput(
                                field + " must be one of " + String.join(", ", MachineModel.DEVICE_VALUES) + ".")));
    }

    private static Optional<List<String>> texts(ObjectNode body, String field) {
        JsonNode node = body.get(field);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!(node instanceof ArrayNode array)) {
            throw ApiException.invalidRequestBody("Request body is incorrect: " + field + " must be an array.");
        }
        var texts = new ArrayList<String>();
        for (var element : array) {
            if (!element.isString()) {
                throw ApiException.invalidRequestBody(
                        "Request body is incorrect: " + field + " must hold strings only.");
            }
            texts.add(element.stringValue());
        }
        return Optional.of(texts);
    }

    private record TagChange(String tag, boolean add) {}
}
