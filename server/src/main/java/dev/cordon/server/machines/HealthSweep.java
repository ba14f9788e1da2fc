package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.HEALTH_STATUS;
import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.LAST_SEEN;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;

import dev.cordon.server.feed.Feed;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lowers the health of machines that have fallen silent, so that queries on {@code healthStatus} are true. A sign of
 * life raises it again at once, with the heartbeat itself. Thread-safe.
 */
public final class HealthSweep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HealthSweep.class);

    private final Database database;
    private final InstantSource time;
    private final HealthRules rules;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cordon-health").daemon().factory());

    public HealthSweep(Database database, InstantSource time, HealthRules rules) {
        this.database = database;
        this.time = time;
        this.rules = rules;
    }

    /** Sweeps now and then, until closed. A sweep that fails is logged and tried again next time. */
    public void start() {
        var _ = clock.scheduleWithFixedDelay(this::tryToSweep, 0, rules.every().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Brings all rows up to date and tells how many changed. Writes nothing where nothing has fallen silent. */
    public int sweep() {
        var impaired = HEALTH_STATUS.eq(HealthStatus.ACTIVE).and(silentFor(rules.impairedAfter()));
        var inactive =
                HEALTH_STATUS.in(HealthStatus.ACTIVE, HealthStatus.IMPAIRED).and(silentFor(rules.inactiveAfter()));
        boolean any = database.read(sql -> sql.fetchExists(MACHINES, impaired.or(inactive)));
        if (!any) {
            return 0;
        }
        return database.write(
                sql -> lower(sql, inactive, HealthStatus.INACTIVE) + lower(sql, impaired, HealthStatus.IMPAIRED));
    }

    private int lower(DSLContext sql, Condition who, String status) {
        var lowered = sql.update(MACHINES)
                .set(HEALTH_STATUS, status)
                .where(who)
                .returningResult(TENANT_ID, ID)
                .fetchGroups(TENANT_ID, ID);
        new TreeMap<>(lowered)
                .forEach((tenant, machines) -> Feed.machines(
                        sql, tenant, machines, "machine.changed", time.instant(), Map.of("healthStatus", status)));
        return lowered.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public void close() {
        clock.shutdown();
        try {
            if (!clock.awaitTermination(15, TimeUnit.SECONDS)) {
                LOG.warn("the last sweep of machine health did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Condition silentFor(Duration silence) {
        return LAST_SEEN.lt(Instants.micros(time.instant().minus(silence)));
    }

    private void tryToSweep() {
        try {
            int changed = sweep();
            if (changed > 0) {
                LOG.atInfo().addKeyValue("machines", changed).log("machines fell silent");
            }
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("the health of machines could not be brought up to date");
        }
    }
}
