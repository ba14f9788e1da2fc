package dev.cordon.server.actions;

import static dev.cordon.server.store.KeptStatement.value;
import static org.jooq.impl.DSL.inline;

import dev.cordon.gateway.CommandSource.Delivery;
import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.machines.Machine;
import dev.cordon.server.machines.MachineCapability.Support;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;

/**
 * Takes an action on: everything that makes it is written in one transaction, so that what was answered with 201 is
 * complete and on disk, and what was refused has left nothing. Thread-safe.
 */
final class Acceptance {

    /** How long after its command's expiry an action waits for a report that is on its way, at most. */
    private static final Duration GRACE = Duration.ofMinutes(14);

    private static final int GRACE_SHARE = 10;

    /** Of the agent that first knew all kinds of action but isolation. */
    private static final String FIRST_VERSION = "0.1.0";

    private static final List<Field<?>> FOUND = List.of(Action.ID);

    private static final KeptStatement OPEN = open(Action.RELATED_FILE.isNull());

    private static final KeptStatement OPEN_ON_FILE = open(Action.RELATED_FILE.eq(value(4, Action.RELATED_FILE)));

    private static final KeptStatement INSERT = KeptStatement.of(DSL.insertInto(Action.TABLE)
            .set(Action.TENANT_ID, value(1, Action.TENANT_ID))
            .set(Action.ID, value(2, Action.ID))
            .set(Action.TYPE, value(3, Action.TYPE))
            .set(Action.REQUESTOR, value(4, Action.REQUESTOR))
            .set(Action.REQUESTOR_ID, value(5, Action.REQUESTOR_ID))
            .set(Action.REQUESTOR_COMMENT, value(6, Action.REQUESTOR_COMMENT))
            .set(Action.STATUS, value(7, Action.STATUS))
            .set(Action.MACHINE_ID, value(8, Action.MACHINE_ID))
            .set(Action.COMPUTER_DNS_NAME, value(9, Action.COMPUTER_DNS_NAME))
            .set(Action.CREATED_AT, value(10, Action.CREATED_AT))
            .set(Action.UPDATED_AT, value(11, Action.UPDATED_AT))
            .set(Action.EXPIRES_AT, value(12, Action.EXPIRES_AT))
            .set(Action.ERROR_HRESULT, value(13, Action.ERROR_HRESULT))
            .set(Action.SCOPE, value(14, Action.SCOPE))
            .set(Action.EXTERNAL_ID, value(15, Action.EXTERNAL_ID))
            .set(Action.REQUEST_SOURCE, value(16, Action.REQUEST_SOURCE))
            .set(Action.RELATED_FILE, value(17, Action.RELATED_FILE))
            .set(Action.COMMANDS, value(18, Action.COMMANDS)));

    private final Database database;
    private final InstantSource time;
    private final AuditLog audit;
    private final Machines machines;
    private final Tenants tenants;
    private final Commands commands;
    private final Intents intents;
    private final Outbox outbox;

    Acceptance(
            Database database,
            InstantSource time,
            AuditLog audit,
            Machines machines,
            Tenants tenants,
            Commands commands,
            Intents intents,
            Outbox outbox) {
        this.database = database;
        this.time = time;
        this.audit = audit;
        this.machines = machines;
        this.tenants = tenants;
        this.commands = commands;
        this.intents = intents;
        this.outbox = outbox;
    }

    /**
     * What came of a request.
     *
     * @param delivery the command, if it was marked delivered and has to be handed over after the commit
     */
    record Accepted(MachineAction action, boolean replayed, Optional<Delivery> delivery) {

        Accepted(MachineAction action, boolean replayed) {
            this(action, replayed, Optional.empty());
        }
    }

    /**
     * @param machine the id or the name of one that the caller may act on
     * @param request read before; if that found a fault, it is thrown by this, once the machine is known to exist
     * @throws ApiException 404 or 403 if the caller can reach no such machine, what the request throws, 400 if the
     *     machine cannot do it, if an action of this type is open on it, or if the key came with another request
     */
    Accepted accept(Caller caller, String machine, Supplier<ActionRequest> request, Optional<String> idempotencyKey) {
        while (true) {
            try {
                var accepted = database.write(sql ->
                        write(sql, caller, machines.require(sql, caller, machine), request.get(), idempotencyKey));
                if (!accepted.replayed()) {
                    var recipient =
                            new MachineRef(caller.tenantId(), accepted.action().machineId());
                    accepted.delivery()
                            .ifPresentOrElse(
                                    delivery -> outbox.handOver(recipient, delivery), () -> outbox.wake(recipient));
                }
                return accepted;
            } catch (IdempotencyKeys.TakenMeanwhile e) {
                // the next attempt finds what the other request made
            }
        }
    }

    private Accepted write(
            DSLContext sql, Caller caller, Machine machine, ActionRequest request, Optional<String> idempotencyKey) {
        // first, because this holds the machine's row until the end: nothing below can change under our hands
        long sequence = machines.takeSequence(sql, caller.tenantId(), machine.id());
        var before = idempotencyKey
                .flatMap(key -> IdempotencyKeys.actionOf(sql, caller, key, request.hash(machine.id())))
                .flatMap(id -> Transitions.find(sql, caller.tenantId(), id));
        if (before.isPresent()) {
            return new Accepted(before.get(), true);
        }
        requireCapability(machine, request.type());
        requireNoneOpen(sql, caller.tenantId(), machine.id(), request);

        var settings = tenants.settings(sql, caller.tenantId());
        var now = Instants.instant(Instants.micros(time.instant()));
        var commandExpires = now.plus(settings.actionLifetime());
        var action = action(caller, machine, request, now, commandExpires.plus(grace(settings.actionLifetime())));
        var order = commands.begin(sql, action, request, sequence, commandExpires, settings);
        insert(sql, action);
        Orders.intent(request, settings)
                .ifPresent(intent ->
                        intents.desire(sql, action, request.type().aspect().orElseThrow(), intent, sequence));
        idempotencyKey.ifPresent(key -> IdempotencyKeys.remember(
                sql, caller, key, request.hash(machine.id()), action.id(), Instants.micros(now)));
        tell(sql, caller, action, sequence);
        boolean reached = outbox.reaches(new MachineRef(caller.tenantId(), machine.id()));
        var command = commands.insert(sql, order, request, settings, reached);
        return new Accepted(
                action, false, Optional.of(new Delivery(sequence, command)).filter(_ -> reached));
    }

    /** An agent that tells what it can do and leaves this out does not know it yet. */
    private static void requireCapability(Machine machine, ActionType type) {
        if (!machine.onboardingStatus().equals(Machines.ONBOARDED)) {
            throw new ApiException(
                    403,
                    "DisallowedOperation",
                    "Machine " + machine.id() + " is offboarded: it has no agent any more. Enroll it again first.");
        }
        if (!machine.capabilities().isEmpty()
                && machine.capability(type.capability()).isEmpty()) {
            throw new ApiException(
                    400,
                    "ClientVersionNotSupported",
                    type.word() + " is supported on client version " + FIRST_VERSION + " and above.");
        }
        machine.capability(type.capability())
                .filter(capability -> capability.support() == Support.UNSUPPORTED)
                .ifPresent(capability -> {
                    var limits = capability.limits().isEmpty() ? "" : " " + String.join(" ", capability.limits());
                    throw new ApiException(
                            400,
                            "OsPlatformNotSupported",
                            "OS Platform " + machine.osPlatform() + " isn't supported for this action." + limits);
                });
    }

    private static void requireNoneOpen(DSLContext sql, String tenantId, String machineId, ActionRequest request) {
        var word = request.type().word();
        var open = request.file()
                .map(file -> OPEN_ON_FILE.fetch(sql, FOUND, tenantId, machineId, word, file.hex()))
                .orElseGet(() -> OPEN.fetch(sql, FOUND, tenantId, machineId, word));
        if (open.isNotEmpty()) {
            throw ApiException.actionInProgress();
        }
    }

    private static KeptStatement open(Condition sameFile) {
        return KeptStatement.of(DSL.select(Action.ID)
                .from(Action.TABLE)
                .where(Action.TENANT_ID.eq(value(1, Action.TENANT_ID)))
                .and(Action.MACHINE_ID.eq(value(2, Action.MACHINE_ID)))
                .and(Action.TYPE.eq(value(3, Action.TYPE)))
                .and(sameFile)
                .and(Action.IS_OPEN)
                .limit(inline(1)));
    }

    private static MachineAction action(
            Caller caller, Machine machine, ActionRequest request, Instant now, Instant expires) {
        return new MachineAction(
                caller.tenantId(),
                UUID.randomUUID().toString(),
                request.type(),
                null,
                caller.displayName(),
                caller.subjectId(),
                request.comment(),
                Status.PENDING,
                machine.id(),
                machine.computerDnsName(),
                now,
                now,
                expires,
                null,
                null,
                null,
                0,
                request.scope().orElse(null),
                request.externalId().orElse(null),
                "PublicApi",
                request.file().map(FileHash::hex).orElse(null),
                "[]",
                null,
                null);
    }

    private static void insert(DSLContext sql, MachineAction action) {
        INSERT.execute(
                sql,
                action.tenantId(),
                action.id(),
                action.type().word(),
                action.requestor(),
                action.requestorId(),
                action.requestorComment(),
                action.status().word(),
                action.machineId(),
                action.computerDnsName(),
                Instants.micros(action.createdAt()),
                Instants.micros(action.updatedAt()),
                Instants.micros(action.expiresAt()),
                action.errorHResult(),
                action.scope(),
                action.externalId(),
                action.requestSource(),
                action.relatedFile(),
                action.commands());
    }

    private void tell(DSLContext sql, Caller caller, MachineAction action, long sequence) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("type", action.type().word());
        detail.put("machineId", action.machineId());
        detail.put("sequence", sequence);
        detail.put("comment", action.requestorComment());
        if (action.scope() != null) {
            detail.put("scope", action.scope());
        }
        if (action.relatedFile() != null) {
            detail.put("file", action.relatedFile());
        }
        audit.append(sql, caller.tenantId(), caller.actor(), "action.accepted", "action:" + action.id(), detail);
    }

    private static Duration grace(Duration lifetime) {
        var share = lifetime.dividedBy(GRACE_SHARE);
        return share.compareTo(GRACE) < 0 ? share : GRACE;
    }
}
