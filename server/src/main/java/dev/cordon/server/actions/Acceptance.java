package dev.cordon.server.actions;

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
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

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
     * @throws ApiException 400 if the machine cannot do it, if an action of this type is open on it, or if the key came
     *     with another request
     */
    Accepted accept(Caller caller, Machine machine, ActionRequest request, Optional<String> idempotencyKey) {
        var recipient = new MachineRef(caller.tenantId(), machine.id());
        boolean reached = outbox.reaches(recipient);
        while (true) {
            try {
                var accepted = database.write(sql -> write(sql, caller, machine, request, idempotencyKey, reached));
                if (!accepted.replayed()) {
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
            DSLContext sql,
            Caller caller,
            Machine machine,
            ActionRequest request,
            Optional<String> idempotencyKey,
            boolean reached) {
        // first, because this holds the machine's row until the end: nothing below can change under our hands
        long sequence = machines.takeSequence(sql, caller.tenantId(), machine.id());
        var hash = request.hash(machine.id());
        var before = idempotencyKey
                .flatMap(key -> IdempotencyKeys.actionOf(sql, caller, key, hash))
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
        insert(sql, action);
        var order = commands.order(sql, action, request, sequence, commandExpires, settings, reached);
        Orders.intent(request, settings)
                .ifPresent(intent ->
                        intents.desire(sql, action, request.type().aspect().orElseThrow(), intent, sequence));
        idempotencyKey.ifPresent(
                key -> IdempotencyKeys.remember(sql, caller, key, hash, action.id(), Instants.micros(now)));
        tell(sql, caller, action, sequence);
        return new Accepted(
                action, false, Optional.of(new Delivery(sequence, order)).filter(_ -> reached));
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
        var sameFile =
                request.file().map(file -> Action.RELATED_FILE.eq(file.hex())).orElseGet(Action.RELATED_FILE::isNull);
        boolean open = sql.fetchExists(
                Action.TABLE,
                Action.TENANT_ID
                        .eq(tenantId)
                        .and(Action.MACHINE_ID.eq(machineId))
                        .and(Action.TYPE.eq(request.type().word()))
                        .and(sameFile)
                        .and(Action.STATUS.in(Status.PENDING.word(), Status.IN_PROGRESS.word())));
        if (open) {
            throw ApiException.actionInProgress();
        }
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
        sql.insertInto(Action.TABLE)
                .set(Action.TENANT_ID, action.tenantId())
                .set(Action.ID, action.id())
                .set(Action.TYPE, action.type().word())
                .set(Action.REQUESTOR, action.requestor())
                .set(Action.REQUESTOR_ID, action.requestorId())
                .set(Action.REQUESTOR_COMMENT, action.requestorComment())
                .set(Action.STATUS, action.status().word())
                .set(Action.MACHINE_ID, action.machineId())
                .set(Action.COMPUTER_DNS_NAME, action.computerDnsName())
                .set(Action.CREATED_AT, Instants.micros(action.createdAt()))
                .set(Action.UPDATED_AT, Instants.micros(action.updatedAt()))
                .set(Action.EXPIRES_AT, Instants.micros(action.expiresAt()))
                .set(Action.ERROR_HRESULT, action.errorHResult())
                .set(Action.SCOPE, action.scope())
                .set(Action.EXTERNAL_ID, action.externalId())
                .set(Action.REQUEST_SOURCE, action.requestSource())
                .set(Action.RELATED_FILE, action.relatedFile())
                .set(Action.COMMANDS, action.commands())
                .execute();
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
        audit.append(sql, caller.tenantId(), Actors.of(caller), "action.accepted", "action:" + action.id(), detail);
    }

    private static Duration grace(Duration lifetime) {
        var share = lifetime.dividedBy(GRACE_SHARE);
        return share.compareTo(GRACE) < 0 ? share : GRACE;
    }
}
