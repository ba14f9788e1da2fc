package dev.cordon.server.blocks;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.server.blocks.BlockTables.Enforced;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.web.Json;
import java.time.InstantSource;

/** Keeps what each machine says of the list that it enforces. Thread-safe. */
public final class Enforcement {

    static final String ENFORCED = "Enforced";
    private static final int MOST_LIMITS = 16;
    private static final int LONGEST_LIMIT = 500;

    private final Database database;
    private final InstantSource time;

    public Enforcement(Database database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /** A machine says which version it enforces, and what is missing where it does not. */
    public void told(MachineRef machine, BlockListInForce told) {
        var limits = Json.MAPPER.createArrayNode();
        told.getLimitsList().stream()
                .limit(MOST_LIMITS)
                .forEach(limit -> limits.add(limit.substring(0, Math.min(limit.length(), LONGEST_LIMIT))
                        .replace('\0', '\ufffd')));
        var support = switch (told.getSupport()) {
            case SUPPORT_ENFORCED -> ENFORCED;
            case SUPPORT_PARTIAL -> "Partial";
            case SUPPORT_UNSUPPORTED, SUPPORT_UNSPECIFIED, UNRECOGNIZED -> "Unsupported";
        };
        long now = Instants.micros(time.instant());
        database.write(sql -> sql.insertInto(Enforced.TABLE)
                .set(Enforced.TENANT_ID, machine.tenantId())
                .set(Enforced.MACHINE_ID, machine.machineId())
                .set(Enforced.VERSION, Math.max(0, told.getVersion()))
                .set(Enforced.SUPPORT, support)
                .set(Enforced.LIMITS, limits.toString())
                .set(Enforced.TOLD_AT, now)
                .onConflict(Enforced.TENANT_ID, Enforced.MACHINE_ID)
                .doUpdate()
                .set(Enforced.VERSION, Math.max(0, told.getVersion()))
                .set(Enforced.SUPPORT, support)
                .set(Enforced.LIMITS, limits.toString())
                .set(Enforced.TOLD_AT, now)
                .execute());
    }
}
