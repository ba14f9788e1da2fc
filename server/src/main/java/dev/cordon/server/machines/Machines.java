package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.CAPABILITIES;
import static dev.cordon.server.machines.MachineTable.COMPUTER_DNS_NAME;
import static dev.cordon.server.machines.MachineTable.CONNECTED;
import static dev.cordon.server.machines.MachineTable.HEALTH_STATUS;
import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.LAST_EXTERNAL_IP_ADDRESS;
import static dev.cordon.server.machines.MachineTable.LAST_REPORT_NUMBER;
import static dev.cordon.server.machines.MachineTable.LAST_SEEN;
import static dev.cordon.server.machines.MachineTable.MACHINES;
import static dev.cordon.server.machines.MachineTable.NEXT_SEQUENCE;
import static dev.cordon.server.machines.MachineTable.ONBOARDING_STATUS;
import static dev.cordon.server.machines.MachineTable.PUBLIC_KEY;
import static dev.cordon.server.machines.MachineTable.RBAC_GROUP_ID;
import static dev.cordon.server.machines.MachineTable.TENANT_ID;
import static dev.cordon.server.machines.MachineTable.is;

import dev.cordon.protocol.AddressText;
import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.feed.Feed;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Route;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The inventory: which machines a tenant has, what their agents tell of them, and how each stands to what was asked of
 * it. Methods run in the caller's transaction. Thread-safe.
 *
 * <p>Heartbeats are many and mostly say nothing new: a row is written when a fact has changed or when its last sign of
 * life is older than {@link #LAST_SEEN_STEP}.
 */
public final class Machines {

    /** How far {@code lastSeen} may lag behind the last sign of life. */
    static final Duration LAST_SEEN_STEP = Duration.ofSeconds(30);

    /** {@code onboardingStatus} of a machine whose agent has enrolled. */
    public static final String ONBOARDED = "Onboarded";

    /** {@code onboardingStatus} of a machine whose agent has taken itself off. */
    private static final String OFFBOARDED = "CanBeOnboarded";

    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-fA-F]{40}");

    private static final Condition GIVEN =
            TENANT_ID.eq(KeptStatement.value(1, TENANT_ID)).and(ID.eq(KeptStatement.value(2, ID)));

    private static final KeptStatement BY_ID =
            KeptStatement.of(DSL.select(MachineTable.COLUMNS).from(MACHINES).where(GIVEN));

    private static final KeptStatement TAKE_SEQUENCE = KeptStatement.of(DSL.update(MACHINES)
            .set(NEXT_SEQUENCE, NEXT_SEQUENCE.plus(DSL.inline(1L)))
            .where(GIVEN)
            .returningResult(NEXT_SEQUENCE));

    private final Database database;

    private final InstantSource time;

    private final AuditLog audit;

    private final MachineGroups groups = new MachineGroups();

    public Machines(Database database, InstantSource time, AuditLog audit) {
        this.database = database;
        this.time = time;
        this.audit = audit;
    }

    /** The machine with this id in any case, or else the only one with this computer name. */
    public Optional<Machine> find(DSLContext sql, String tenantId, String idOrName) {
        if (MACHINE_ID.matcher(idOrName).matches()) {
            var machine = BY_ID.fetch(sql, MachineTable.COLUMNS, tenantId, idOrName.toLowerCase(Locale.ROOT));
            if (machine.isNotEmpty()) {
                return Optional.of(MachineRows.machine(machine.getFirst()));
            }
        }
        var named = sql.select(MachineTable.COLUMNS)
                .from(MACHINES)
                .where(TENANT_ID.eq(tenantId), COMPUTER_DNS_NAME.eq(idOrName.toLowerCase(Locale.ROOT)))
                .limit(2)
                .fetch(MachineRows::machine);
        return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
    }

    /**
     * The machine that a caller names and may see or act on.
     *
     * @throws ApiException 404 if there is none, 403 if none of the user's roles reaches the machine's group
     */
    public Machine require(DSLContext sql, Caller caller, String idOrName) {
        var machine = find(sql, caller.tenantId(), idOrName).orElseThrow(() -> notFound(idOrName));
        if (!caller.machines().holds(machine.rbacGroupId())) {
            throw ApiException.forbidden(
                    "Machine " + idOrName + " is in a machine group that the user's roles do not reach.");
        }
        return machine;
    }

    /** The rows of {@code machines} that a caller may see. */
    static Condition visible(Caller caller) {
        var ofTenant = TENANT_ID.eq(caller.tenantId());
        return switch (caller.machines()) {
            case MachineScope.All all -> ofTenant;
            case MachineScope.Groups(var groups) -> ofTenant.and(RBAC_GROUP_ID.in(groups));
        };
    }

    /**
     * The rows of another table whose machine a caller may see.
     *
     * @param tenantId and {@code machineId}: the columns of that table that name the machine
     */
    public static Condition visible(Caller caller, Field<String> tenantId, Field<String> machineId) {
        var ofTenant = tenantId.eq(caller.tenantId());
        return switch (caller.machines()) {
            case MachineScope.All all -> ofTenant;
            case MachineScope.Groups(var groups) ->
                ofTenant.and(DSL.exists(DSL.selectOne()
                        .from(MACHINES)
                        .where(TENANT_ID.eq(tenantId), ID.eq(machineId), RBAC_GROUP_ID.in(groups))));
        };
    }

    /**
     * Takes a machine into the inventory. One that is there already, known by its key, keeps its numbers, tags and
     * states; its facts are renewed.
     */
    public void enroll(DSLContext sql, String tenantId, MachineId id, PublicKey key, MachineFacts facts) {
        long now = Instants.micros(time.instant());
        var renewed = new LinkedHashMap<Field<?>, @Nullable Object>(StoredFacts.columns(facts));
        renewed.put(LAST_SEEN, now);
        renewed.put(HEALTH_STATUS, HealthStatus.ACTIVE);
        renewed.put(ONBOARDING_STATUS, ONBOARDED);
        var columns = new LinkedHashMap<>(renewed);
        columns.put(TENANT_ID, tenantId);
        columns.put(ID, id.value());
        columns.put(MachineTable.FIRST_SEEN, now);
        columns.put(MachineTable.DEVICE_VALUE, "Normal");
        columns.put(MachineTable.RISK_SCORE, "None");
        columns.put(MachineTable.EXPOSURE_LEVEL, "None");
        columns.put(RBAC_GROUP_ID, 0L);
        columns.put(CAPABILITIES, "[]");
        columns.put(PUBLIC_KEY, key.getEncoded());
        columns.put(NEXT_SEQUENCE, 1L);
        columns.put(LAST_REPORT_NUMBER, 0L);
        columns.put(CONNECTED, false);
        sql.insertInto(MACHINES)
                .set(columns)
                .onConflict(TENANT_ID, ID)
                .doUpdate()
                .set(renewed)
                .execute();
        groups.assign(sql, tenantId, id.value());
    }

    /** A machine has no agent any more. It stays in the inventory with all that is known of it. */
    public void offboard(DSLContext sql, String tenantId, String machineId) {
        sql.update(MACHINES)
                .set(ONBOARDING_STATUS, OFFBOARDED)
                .set(HEALTH_STATUS, HealthStatus.INACTIVE)
                .where(is(tenantId, machineId))
                .execute();
        Feed.machines(
                sql,
                tenantId,
                List.of(machineId),
                "machine.changed",
                time.instant(),
                Map.of("healthStatus", HealthStatus.INACTIVE, "onboardingStatus", OFFBOARDED));
    }

    /** The next number for a command to this machine. Also makes the callers for one machine wait for each other. */
    public long takeSequence(DSLContext sql, String tenantId, String machineId) {
        var next = TAKE_SEQUENCE.fetch(sql, List.of(NEXT_SEQUENCE), tenantId, machineId);
        if (next.isEmpty()) {
            throw unknown(machineId);
        }
        return next.getFirst().get(NEXT_SEQUENCE) - 1;
    }

    /** The key by which the machine signs its reports. */
    public PublicKey publicKey(DSLContext sql, String tenantId, String machineId) {
        var encoded = sql.select(PUBLIC_KEY)
                .from(MACHINES)
                .where(is(tenantId, machineId))
                .fetchOne(PUBLIC_KEY);
        if (encoded == null) {
            throw unknown(machineId);
        }
        try {
            return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the stored key of machine " + machineId + " cannot be read", e);
        }
    }

    /** Claims a report's number; false if that report, or a later one, was applied already. */
    public boolean takeReportNumber(DSLContext sql, String tenantId, String machineId, long number) {
        return sql.update(MACHINES)
                        .set(LAST_REPORT_NUMBER, number)
                        .where(is(tenantId, machineId), LAST_REPORT_NUMBER.lt(number))
                        .execute()
                == 1;
    }

    /** Number of the last report that was claimed; 0 = none. */
    public long lastReportNumber(DSLContext sql, String tenantId, String machineId) {
        var number = sql.select(LAST_REPORT_NUMBER)
                .from(MACHINES)
                .where(is(tenantId, machineId))
                .fetchOne(LAST_REPORT_NUMBER);
        if (number == null) {
            throw unknown(machineId);
        }
        return number;
    }

    /** A machine has connected: takes over its facts, its capabilities, and the states that it sees. */
    public void connected(DSLContext sql, String tenantId, String machineId, Hello hello, InetAddress from) {
        var columns = new LinkedHashMap<Field<?>, @Nullable Object>();
        columns.put(CAPABILITIES, StoredFacts.capabilities(hello.getCapabilitiesList()));
        heard(sql, tenantId, machineId, hello.getFacts(), from, columns);
        groups.assign(sql, tenantId, machineId);
        Feed.machine(sql, tenantId, machineId, "machine.connected", time.instant(), Map.of());
        observe(sql, tenantId, machineId, hello.getStatesList());
    }

    /** A sign of life. Facts that are all empty change nothing but the time. */
    public void heartbeat(DSLContext sql, String tenantId, String machineId, MachineFacts facts, InetAddress from) {
        if (heard(sql, tenantId, machineId, facts, from, Map.of())) {
            Feed.machine(sql, tenantId, machineId, "machine.changed", time.instant(), Map.of());
        }
    }

    /** The machine's connection is gone. Its health follows from how long it stays silent. */
    public void disconnected(DSLContext sql, String tenantId, String machineId) {
        var now = time.instant();
        sql.update(MACHINES)
                .set(CONNECTED, false)
                .set(LAST_SEEN, Instants.micros(now))
                .where(is(tenantId, machineId))
                .execute();
        Feed.machine(sql, tenantId, machineId, "machine.disconnected", now, Map.of());
    }

    /**
     * No machine is connected, as far as is known: for the start of a server. One that is connected to another server on
     * the same database says so again with its next sign of life. Returns how many counted as connected.
     */
    public int forgetConnections(DSLContext sql) {
        var tenants = sql.selectDistinct(TENANT_ID)
                .from(MACHINES)
                .where(CONNECTED.isTrue())
                .orderBy(TENANT_ID)
                .fetch(TENANT_ID);
        int forgotten = sql.update(MACHINES)
                .set(CONNECTED, false)
                .where(CONNECTED.isTrue())
                .execute();
        tenants.forEach(tenant -> Feed.manyMachines(sql, tenant, time.instant(), "server restarted"));
        return forgotten;
    }

    /** What the machine says an aspect is now; {@code sequence} of the command that brought it about, or 0. */
    public void observe(DSLContext sql, String tenantId, String machineId, Aspect aspect, String value, long sequence) {
        var text = FactText.of(value, StoredFacts.SHORT);
        StateTable.observe(sql, tenantId, machineId, aspect, text, sequence, time.instant());
    }

    /** What the machine says its aspects are now. Those that this server does not know are left out. */
    public void observe(DSLContext sql, String tenantId, String machineId, List<ObservedState> states) {
        for (var state : states) {
            switch (state.getAspect()) {
                case ASPECT_ISOLATION, ASPECT_EXECUTION ->
                    observe(sql, tenantId, machineId, state.getAspect(), state.getValue(), state.getSequence());
                case ASPECT_UNSPECIFIED, UNRECOGNIZED -> {}
            }
        }
    }

    /** What an aspect shall be from now on; {@code sequence} of the command that asks for it, or 0. */
    public void desire(DSLContext sql, String tenantId, String machineId, Aspect aspect, String value, long sequence) {
        StateTable.desire(sql, tenantId, machineId, aspect, value, sequence, time.instant());
    }

    /** Intent and truth of an aspect. */
    public MachineState state(DSLContext sql, String tenantId, String machineId, Aspect aspect) {
        return StateTable.read(sql, tenantId, machineId, aspect);
    }

    /** The groups that the machines are in. */
    public MachineGroups groups() {
        return groups;
    }

    /** The endpoints of the inventory. */
    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.addAll(new MachineReads(database, this, time).routes());
        routes.addAll(new MachineEdits(database, this, audit).routes());
        routes.addAll(new StateReads(database, this).routes());
        routes.addAll(new FleetReads(database, this).routes());
        routes.add(new FleetOverview(database, time).route());
        routes.addAll(new GroupEndpoints(database, groups, audit, time).routes());
        return List.copyOf(routes);
    }

    /** The answer to a machine that is not there, 404 {@code ResourceNotFound}. */
    public static ApiException notFound(String idOrName) {
        return ApiException.resourceNotFound("Machine " + idOrName + " was not found");
    }

    /** Tells whether anything is new but the time of the last sign of life. */
    private boolean heard(
            DSLContext sql,
            String tenantId,
            String machineId,
            MachineFacts facts,
            InetAddress from,
            Map<Field<?>, @Nullable Object> more) {
        var now = time.instant();
        var told = new LinkedHashMap<Field<?>, @Nullable Object>(more);
        if (!facts.equals(MachineFacts.getDefaultInstance())) {
            told.putAll(StoredFacts.columns(facts));
        }
        told.put(LAST_EXTERNAL_IP_ADDRESS, AddressText.of(from));
        told.put(CONNECTED, true);
        // the last words of an agent that leaves do not bring it back
        var health = DSL.when(ONBOARDING_STATUS.eq(OFFBOARDED), HealthStatus.INACTIVE)
                .otherwise(HealthStatus.ACTIVE);
        var news = HEALTH_STATUS.isDistinctFrom(health);
        for (var entry : told.entrySet()) {
            news = news.or(differs(entry.getKey(), entry.getValue()));
        }
        var seen = DSL.greatest(LAST_SEEN, DSL.val(Instants.micros(now)));
        int changed = sql.update(MACHINES)
                .set(told)
                .set(HEALTH_STATUS, health)
                .set(LAST_SEEN, seen)
                .where(is(tenantId, machineId))
                .and(news)
                .execute();
        if (changed == 0) {
            sql.update(MACHINES)
                    .set(LAST_SEEN, seen)
                    .where(is(tenantId, machineId), LAST_SEEN.lt(Instants.micros(now.minus(LAST_SEEN_STEP))))
                    .execute();
        }
        return changed > 0;
    }

    private static <T> Condition differs(Field<T> field, @Nullable Object value) {
        return field.isDistinctFrom(DSL.val(value, field));
    }

    private static IllegalStateException unknown(String machineId) {
        return new IllegalStateException("machine " + machineId + " is not in the inventory");
    }
}
