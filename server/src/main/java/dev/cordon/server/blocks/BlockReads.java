package dev.cordon.server.blocks;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.cordon.server.blocks.BlockTables.Enforced;
import dev.cordon.server.blocks.BlockTables.Files;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/files/blocks}: the list as it is now, and which machine enforces how much of it. Thread-safe. */
final class BlockReads {

    private static final int MOST = 10_000;

    private static final Table<Record> MACHINES = table(name("machines"));
    private static final Field<String> MACHINE_TENANT = field(name("machines", "tenant_id"), SQLDataType.CLOB);
    private static final Field<String> MACHINE_ID = field(name("machines", "id"), SQLDataType.CLOB);
    private static final Field<String> MACHINE_NAME = field(name("machines", "computer_dns_name"), SQLDataType.CLOB);
    private static final Field<String> ONBOARDING = field(name("machines", "onboarding_status"), SQLDataType.CLOB);
    private static final Field<Boolean> CONNECTED = field(name("machines", "connected"), SQLDataType.BOOLEAN);

    private final Database database;
    private final BlockLists lists;

    BlockReads(Database database, BlockLists lists) {
        this.database = database;
        this.lists = lists;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(
                        HandlerType.GET,
                        Route.Face.CORDON,
                        "/cordon/v1/files/blocks",
                        List.of(Permissions.TI_READ_WRITE, Permissions.TI_READ_WRITE_ALL),
                        this::blocks),
                Route.anyOf(
                        HandlerType.GET,
                        Route.Face.CORDON,
                        "/cordon/v1/files/blocks/machines",
                        List.of(Permissions.MACHINE_READ_ALL, Permissions.MACHINE_READ_WRITE_ALL),
                        this::machines));
    }

    private void blocks(Context http, Caller caller) {
        http.json(database.read(sql -> {
            var json = Json.MAPPER.createObjectNode().put("version", lists.version(sql, caller.tenantId()));
            var files = json.putArray("files");
            sql.select(Files.COLUMNS)
                    .from(Files.TABLE)
                    .where(Files.TENANT_ID.eq(caller.tenantId()), Files.BLOCKED.isTrue())
                    .orderBy(Files.VERSION.desc())
                    .limit(MOST)
                    .fetch(BlockedFile::of)
                    .forEach(file -> files.add(Json.MAPPER
                            .createObjectNode()
                            .put("hash", file.hash().hex())
                            .put("version", file.version())
                            .put("stopRunning", file.stopRunning())
                            .put("requestor", file.requestor())
                            .put("comment", file.requestorComment())
                            .put("blockedAt", ApiJson.instant(file.createdAt()))));
            return json;
        }));
    }

    private void machines(Context http, Caller caller) {
        http.json(database.read(sql -> {
            long version = lists.version(sql, caller.tenantId());
            var json = Json.MAPPER.createObjectNode().put("version", version);
            var value = json.putArray("value");
            sql.select(
                            MACHINE_ID,
                            MACHINE_NAME,
                            CONNECTED,
                            Enforced.VERSION,
                            Enforced.SUPPORT,
                            Enforced.LIMITS,
                            Enforced.TOLD_AT)
                    .from(MACHINES)
                    .leftJoin(Enforced.TABLE)
                    .on(Enforced.TENANT_ID.eq(MACHINE_TENANT), Enforced.MACHINE_ID.eq(MACHINE_ID))
                    .where(Machines.visible(caller, MACHINE_TENANT, MACHINE_ID))
                    .and(ONBOARDING.eq(Machines.ONBOARDED))
                    .orderBy(MACHINE_NAME, MACHINE_ID)
                    .limit(MOST)
                    .fetch()
                    .forEach(row -> machine(value.addObject(), row, version));
            return json;
        }));
    }

    private static void machine(ObjectNode json, Record row, long version) {
        Long enforced = row.get(Enforced.VERSION);
        var support = row.get(Enforced.SUPPORT);
        // an agent that has ended refuses nothing, and nobody can tell that from a broken connection
        boolean enforces = row.get(CONNECTED) && enforced != null && enforced == version && "Enforced".equals(support);
        json.put("machineId", row.get(MACHINE_ID))
                .put("computerDnsName", row.get(MACHINE_NAME))
                .put("connected", row.get(CONNECTED))
                .put("version", enforced == null ? 0 : enforced)
                .put("support", support == null ? "Unknown" : support)
                .put("enforcesCurrent", enforces);
        var limits = row.get(Enforced.LIMITS);
        json.set("limits", limits == null ? Json.MAPPER.createArrayNode() : Json.MAPPER.readTree(limits));
        var told = row.get(Enforced.TOLD_AT);
        json.put("toldAt", told == null ? null : ApiJson.instant(Instants.instant(told)));
    }
}
