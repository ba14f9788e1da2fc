package dev.cordon.server.blocks;

import dev.cordon.gateway.BlockListSource.Changes;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.BlockChange;
import dev.cordon.protocol.wire.BlockChanges;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.blocks.BlockTables.Files;
import dev.cordon.server.blocks.BlockTables.Lists;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.keys.TenantKeys;
import dev.cordon.server.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of each tenant's list, as signed changes for its machines. A change is made and signed once, however many
 * machines get it. Thread-safe.
 *
 * <p><b>A server that lost versions</b>, because an older backup of its database was put back, meets machines with a
 * version that it never made. A machine takes no list older than its own, so the list is renumbered above the machine's
 * version, and every machine below that gets all of it anew.
 */
public final class BlockLists {

    /** Changes that are sent in one message: far below {@link Envelopes#MAX_PAYLOAD} at 45 bytes each. */
    static final int BATCH = 4_000;

    /** A version further above ours than this is no lost change but nonsense. */
    private static final long MOST_LOST = 1_000_000;

    /** How long a version that another server may have raised is taken for the current one. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final int MOST_SIGNED = 512;
    private static final Logger LOG = LoggerFactory.getLogger(BlockLists.class);

    private final Database database;
    private final TenantKeys keys;
    private final AuditLog audit;
    private final InstantSource time;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<String, Head> heads = new ConcurrentHashMap<>();
    private final Map<Step, Changes> signed = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Step, Changes> eldest) {
            return size() > MOST_SIGNED;
        }
    };

    /** The current version, and the one below which machines get the whole list. */
    private record Head(long version, long floor, Instant readAt) {
        static Head newer(Head one, Head other) {
            boolean first = one.version() != other.version()
                    ? one.version() > other.version()
                    : one.readAt().isAfter(other.readAt());
            return first ? one : other;
        }
    }

    private record Step(String tenantId, long from, long head) {}

    public BlockLists(Database database, TenantKeys keys, AuditLog audit, InstantSource time) {
        this.database = database;
        this.keys = keys;
        this.audit = audit;
        this.time = time;
    }

    /** The next changes for a machine that has this version, as {@link dev.cordon.gateway.BlockListSource#after} says. */
    public Optional<Changes> after(String tenantId, long version) {
        var head = head(tenantId);
        if (version > head.version()) {
            // perhaps another server has made it meanwhile
            head = readHead(tenantId);
        }
        if (version > head.version()) {
            if (version - head.version() > MOST_LOST) {
                LOG.atWarn()
                        .addKeyValue("tenant", tenantId)
                        .addKeyValue("version", version)
                        .log("a machine claims a version of the block list that cannot be");
                return Optional.empty();
            }
            head = raise(tenantId, version);
        }
        if (version == head.version()) {
            return Optional.empty();
        }
        long from = version < head.floor() ? 0 : version;
        var step = new Step(tenantId, from, head.version());
        synchronized (signed) {
            var known = signed.get(step);
            if (known != null) {
                return Optional.of(known);
            }
        }
        var made = database.read(sql -> changes(sql, step));
        synchronized (signed) {
            signed.put(step, made);
        }
        return Optional.of(made);
    }

    /** Registers who is told that a tenant's list has changed; it must not block. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** The current version of a tenant's list; 0 before the first change. */
    long version(DSLContext sql, String tenantId) {
        return sql.select(Lists.VERSION)
                .from(Lists.TABLE)
                .where(Lists.TENANT_ID.eq(tenantId))
                .fetchOptional(Lists.VERSION)
                .orElse(0L);
    }

    /** Holds the tenant's list until the end of the transaction: nobody else changes it meanwhile. */
    void hold(DSLContext sql, String tenantId) {
        sql.insertInto(Lists.TABLE)
                .set(Lists.TENANT_ID, tenantId)
                .set(Lists.VERSION, 0L)
                .set(Lists.FLOOR, 0L)
                .onConflict(Lists.TENANT_ID)
                .doUpdate()
                .set(Lists.VERSION, Lists.VERSION)
                .execute();
    }

    /** The next version. The caller holds the list. */
    long next(DSLContext sql, String tenantId) {
        return sql.update(Lists.TABLE)
                .set(Lists.VERSION, Lists.VERSION.plus(1))
                .where(Lists.TENANT_ID.eq(tenantId))
                .returningResult(Lists.VERSION)
                .fetchSingle()
                .value1();
    }

    /** The list has this version now: called after the commit of a change. */
    void changed(String tenantId) {
        readHead(tenantId);
        listeners.forEach(listener -> listener.accept(tenantId));
    }

    private Head head(String tenantId) {
        var known = heads.get(tenantId);
        return known != null && time.instant().isBefore(known.readAt().plus(FRESH)) ? known : readHead(tenantId);
    }

    private Head readHead(String tenantId) {
        var now = time.instant();
        var read = database.read(sql -> sql.select(Lists.VERSION, Lists.FLOOR)
                .from(Lists.TABLE)
                .where(Lists.TENANT_ID.eq(tenantId))
                .fetchOptional(row -> new Head(row.value1(), row.value2(), now))
                .orElseGet(() -> new Head(0, 0, now)));
        return heads.merge(tenantId, read, Head::newer);
    }

    private Changes changes(DSLContext sql, Step step) {
        var rows = sql.select(Files.HASH, Files.VERSION, Files.BLOCKED, Files.STOP_RUNNING)
                .from(Files.TABLE)
                .where(Files.TENANT_ID.eq(step.tenantId()), Files.VERSION.gt(step.from()))
                // whoever takes the whole list need not be told what is not in it
                .and(step.from() == 0 ? Files.BLOCKED.isTrue() : DSL.noCondition())
                .orderBy(Files.VERSION)
                .limit(BATCH + 1)
                .fetch();
        boolean more = rows.size() > BATCH;
        var batch = more ? rows.subList(0, BATCH) : rows;
        long to = more ? batch.getLast().get(Files.VERSION) : step.head();
        if (!more && !batch.isEmpty()) {
            // a change that came after the head was read is in already
            to = Math.max(to, batch.getLast().get(Files.VERSION));
        }
        var changes = BlockChanges.newBuilder()
                .setTenantId(step.tenantId())
                .setFromVersion(step.from())
                .setToVersion(to);
        for (var row : batch) {
            changes.addChanges(BlockChange.newBuilder()
                    .setHash(FileHash.parse(row.get(Files.HASH)).toWire())
                    .setBlocked(row.get(Files.BLOCKED))
                    .setStopRunning(row.get(Files.STOP_RUNNING)));
        }
        var key = keys.commandKey(sql, step.tenantId());
        return new Changes(to, Envelopes.seal(changes.build(), key.privateKey(), key.keyId()));
    }

    /** Renumbers the list above a version that a machine has and this server never made. */
    private Head raise(String tenantId, long above) {
        database.write(sql -> {
            hold(sql, tenantId);
            long current = version(sql, tenantId);
            if (current >= above) {
                return current;
            }
            long next = above;
            for (long seq : sql.select(Files.SEQ)
                    .from(Files.TABLE)
                    .where(Files.TENANT_ID.eq(tenantId))
                    .orderBy(Files.VERSION)
                    .fetch(Files.SEQ)) {
                sql.update(Files.TABLE)
                        .set(Files.VERSION, ++next)
                        .where(Files.SEQ.eq(seq))
                        .execute();
            }
            long raised = Math.max(next, above + 1);
            sql.update(Lists.TABLE)
                    .set(Lists.VERSION, raised)
                    .set(Lists.FLOOR, above + 1)
                    .where(Lists.TENANT_ID.eq(tenantId))
                    .execute();
            audit.append(
                    sql,
                    tenantId,
                    "server",
                    "blocks.renumbered",
                    "tenant:" + tenantId,
                    Map.of("from", current, "to", raised, "machineHas", above));
            return raised;
        });
        return readHead(tenantId);
    }
}
