package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.SEQ;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;
import static dev.cordon.server.machines.MachineTable.is;
import static dev.cordon.server.web.Permissions.MACHINE_READ_ALL;
import static dev.cordon.server.web.Permissions.MACHINE_READ_WRITE_ALL;

import dev.cordon.server.store.Database;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /cordon/v1/machines}: the fleet with the state of each machine, for tables of any size, and one machine with all
 * that is known of it. Thread-safe.
 */
public final class FleetReads {

    private static final List<String> READ = List.of(MACHINE_READ_ALL, MACHINE_READ_WRITE_ALL);

    private final Database database;
    private final Machines machines;

    FleetReads(Database database, Machines machines) {
        this.database = database;
        this.machines = machines;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/machines", READ, this::list),
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/machines/{id}", READ, this::one));
    }

    /** Machines as the list shows them, by id. Ids that are unknown are left out. */
    public static Map<String, ObjectNode> rows(DSLContext sql, String tenantId, Collection<String> ids) {
        var rows = new HashMap<String, ObjectNode>();
        if (!ids.isEmpty()) {
            FleetRow.select(sql, TENANT_ID.eq(tenantId).and(ID.in(ids)))
                    .fetch(FleetRow::of)
                    .forEach(row -> rows.put(row.machine().id(), row.json()));
        }
        return rows;
    }

    private void list(Context http, Caller caller) {
        var query = FleetQuery.of(http);
        var which = Machines.visible(caller).and(query.condition());
        var answer = Json.MAPPER.createObjectNode();
        database.read(sql -> {
            answer.put("total", total(sql, caller, query));
            var value = answer.putArray("value");
            if (query.top() > 0) {
                // the page is found by narrow rows first; only its own rows are read whole
                var page = FleetRow.joined(DSL.select(SEQ).from(MACHINES))
                        .where(which)
                        .orderBy(query.order())
                        .limit(query.top())
                        .offset(query.skip());
                FleetRow.select(sql, SEQ.in(page))
                        .orderBy(query.order())
                        .fetch(FleetRow::of)
                        .forEach(row -> value.add(row.json()));
            }
            return answer;
        });
        http.json(answer);
    }

    private static long total(DSLContext sql, Caller caller, FleetQuery query) {
        return FleetRow.joined(sql.selectCount().from(MACHINES))
                .where(Machines.visible(caller).and(query.condition()))
                .fetchSingle()
                .value1();
    }

    private void one(Context http, Caller caller) {
        var id = http.pathParam("id");
        var answer = database.read(sql -> {
            var machine = machines.require(sql, caller, id);
            return FleetRow.select(sql, is(caller.tenantId(), machine.id()))
                    .fetchSingle(FleetRow::of)
                    .detailed();
        });
        http.json(answer);
    }
}
