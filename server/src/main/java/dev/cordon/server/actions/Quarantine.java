package dev.cordon.server.actions;

import dev.cordon.server.actions.ActionTables.Quarantined;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Record;
import org.jooq.impl.DSL;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /cordon/v1/quarantine}: which file is in the vault of which machine, newest first, in pages that
 * {@code ?before=} turns. {@code ?machineId=} narrows it to one machine. Thread-safe.
 */
final class Quarantine {

    private static final int MOST = 5_000;

    private final Database database;

    Quarantine(Database database) {
        this.database = database;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, "/cordon/v1/quarantine", Actions.READ, this::list));
    }

    private void list(Context http, Caller caller) {
        var machine = http.queryParam("machineId");
        Condition wanted = machine == null ? DSL.noCondition() : Quarantined.MACHINE_ID.eq(machine);
        long before = number(http, "before", Long.MAX_VALUE);
        int top = (int) Math.min(number(http, "top", MOST), MOST);
        var rows = database.read(sql -> sql.select(Quarantined.ALL)
                .from(Quarantined.TABLE)
                .where(Machines.visible(caller, Quarantined.TENANT_ID, Quarantined.MACHINE_ID))
                .and(Quarantined.SEQ.lt(before))
                .and(wanted)
                .orderBy(Quarantined.SEQ.desc())
                .limit(top)
                .fetch());
        var answer = Json.MAPPER.createObjectNode();
        var value = answer.putArray("value");
        rows.forEach(row -> value.add(entry(row)));
        if (rows.size() == top) {
            answer.put("nextBefore", rows.getLast().get(Quarantined.SEQ));
        }
        http.json(answer);
    }

    private static ObjectNode entry(Record row) {
        return Json.MAPPER
                .createObjectNode()
                .put("machineId", row.get(Quarantined.MACHINE_ID))
                .put("computerDnsName", row.get(Quarantined.COMPUTER_DNS_NAME))
                .put("actionId", row.get(Quarantined.ACTION_ID))
                .put("path", row.get(Quarantined.PATH))
                .put("vaultId", row.get(Quarantined.VAULT_ID))
                .put("size", row.get(Quarantined.SIZE))
                .put("quarantinedAt", ApiJson.instant(Instants.instant(row.get(Quarantined.QUARANTINED_AT))))
                .put("sha256", row.get(Quarantined.SHA256));
    }

    private static long number(Context http, String name, long usual) {
        var said = http.queryParam(name);
        if (said == null) {
            return usual;
        }
        try {
            long number = Long.parseLong(said);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw ApiException.badRequest("The query parameter " + name + " must be a number above 0.");
    }
}
