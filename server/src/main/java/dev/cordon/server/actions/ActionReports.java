package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.CancelAnswer;
import dev.cordon.protocol.wire.Event;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Refused;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.server.actions.ActionTables.Action;
import dev.cordon.server.actions.ActionTables.Outgoing;
import dev.cordon.server.actions.Transitions.Consequence;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.machines.MachineState;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Instants;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * Applies what a machine reports: moves its actions along the life cycle, its observed state, and the audit log.
 *
 * <p>A report is believed about its own machine only: the command it speaks of is looked up among that machine's. What
 * comes too late, or fits nothing, is kept in the audit log and changes no status. Thread-safe.
 */
public final class ActionReports {

    private final AuditLog audit;
    private final Machines machines;
    private final InstantSource time;
    private final Offboarding offboarding;
    private final Intents intents;
    private final Transitions transitions;

    public ActionReports(AuditLog audit, Machines machines, InstantSource time, Offboarding offboarding) {
        this.offboarding = offboarding;
        this.audit = audit;
        this.machines = machines;
        this.time = time;
        this.intents = new Intents(machines);
        this.transitions = new Transitions(audit, intents, time);
    }

    /**
     * Applies a report whose signature and number were checked, {@link Report#getStatesList() states} included. Runs in
     * the caller's transaction, which has taken the report's number and by that holds the machine's row.
     */
    public void apply(DSLContext sql, MachineRef machine, Report report) {
        switch (report.getContentCase()) {
            case STARTED -> move(sql, machine, report, LifeCycle.Event.STARTED, Consequence.NONE);
            case OUTCOME -> outcome(sql, machine, report, report.getOutcome());
            case CANCEL_ANSWER -> answer(sql, machine, report, report.getCancelAnswer());
            case REFUSED -> refused(sql, machine, report, report.getRefused());
            case EVENT -> happened(sql, machine, report, report.getEvent());
            case CONTENT_NOT_SET -> unmatched(sql, machine, report, "it has no content that this server knows");
        }
        machines.observe(sql, machine.tenantId(), machine.machineId(), report.getStatesList());
    }

    private void outcome(DSLContext sql, MachineRef machine, Report report, Outcome outcome) {
        var details = ReportText.json(outcome);
        target(sql, machine, report.getSequence())
                .ifPresent(target ->
                        VaultContents.told(sql, machine, target.action(), outcome, Instants.micros(time.instant())));
        if (outcome.getResult() == Result.RESULT_SUCCEEDED) {
            move(sql, machine, report, LifeCycle.Event.SUCCEEDED, new Consequence(0, null, details));
            target(sql, machine, report.getSequence())
                    .filter(target -> target.kind().equals(ActionType.OFFBOARD.word()))
                    .ifPresent(target -> offboarded(sql, machine, target.action()));
            return;
        }
        int error = outcome.getErrorCode() == 0 ? Transitions.UNSPECIFIED : outcome.getErrorCode();
        var message = ReportText.clean(outcome.getMessage());
        move(sql, machine, report, LifeCycle.Event.FAILED, new Consequence(error, message, details));
    }

    /** Nothing is in force on the machine any more, and nothing that is still open will ever be done. */
    private void offboarded(DSLContext sql, MachineRef machine, MachineAction offboarding) {
        long now = Instants.micros(time.instant());
        sql.select(MachineAction.COLUMNS)
                .from(Action.TABLE)
                .where(Action.TENANT_ID.eq(machine.tenantId()), Action.MACHINE_ID.eq(machine.machineId()))
                .and(Action.IS_OPEN)
                .fetch(MachineAction::of)
                .forEach(open -> move(
                        sql,
                        machine,
                        open,
                        LifeCycle.Event.FAILED,
                        new Consequence(
                                Transitions.ABORTED, "The machine was offboarded by " + offboarding.id() + ".", null)));
        for (var aspect : Intents.ASPECTS) {
            intents.undo(sql, machine.tenantId(), machine.machineId(), aspect, Long.MAX_VALUE, now);
            machines.observe(sql, machine.tenantId(), machine.machineId(), aspect, MachineState.NONE, 0);
        }
        this.offboarding.offboarded(sql, machine);
    }

    private void answer(DSLContext sql, MachineRef machine, Report report, CancelAnswer answer) {
        var target = target(sql, machine, answer.getTargetSequence());
        if (target.isEmpty()) {
            unmatched(sql, machine, report, "it answers for command " + answer.getTargetSequence());
        } else if (answer.getCancelled()) {
            move(
                    sql,
                    machine,
                    target.get().action(),
                    LifeCycle.Event.CANCELLED,
                    Consequence.error(Transitions.ABORTED));
        } else {
            tell(sql, machine, target.get().action(), "action.cancellation-declined", Map.of());
        }
    }

    private void refused(DSLContext sql, MachineRef machine, Report report, Refused refused) {
        var message = ReportText.clean(refused.getMessage());
        var target = target(sql, machine, report.getSequence());
        if (target.isEmpty()) {
            unmatched(sql, machine, report, "it refuses command " + report.getSequence() + ": " + message);
        } else if (target.get().kind().equals(Commands.CANCEL)) {
            var detail = Map.of("reason", refused.getReason().name(), "message", message);
            tell(sql, machine, target.get().action(), "action.cancellation-refused", detail);
        } else if (refused.getReason() == RefusalReason.REFUSAL_REASON_EXPIRED) {
            var consequence = new Consequence(Transitions.TIMED_OUT, message, null);
            move(sql, machine, target.get().action(), LifeCycle.Event.EXPIRED, consequence);
        } else {
            var consequence = new Consequence(Refusals.errorHResult(refused.getReason()), message, null);
            move(sql, machine, target.get().action(), LifeCycle.Event.FAILED, consequence);
        }
    }

    private void happened(DSLContext sql, MachineRef machine, Report report, Event event) {
        var name = switch (event.getKind()) {
            case EVENT_KIND_ISOLATION_REAPPLIED -> "machine.isolation-reapplied";
            case EVENT_KIND_BREAK_GLASS_USED -> "machine.break-glass-used";
            case EVENT_KIND_DEAD_MAN_ROLLBACK -> "machine.dead-man-rollback";
            case EVENT_KIND_BREAK_GLASS_REFUSED -> "machine.break-glass-refused";
            case EVENT_KIND_EXECUTION_DENIED -> "machine.execution-denied";
            case EVENT_KIND_EXECUTION_CONTROL_LOST -> "machine.execution-control-lost";
            case EVENT_KIND_UNSPECIFIED, UNRECOGNIZED -> "machine.event";
        };
        switch (event.getKind()) {
            case EVENT_KIND_BREAK_GLASS_USED, EVENT_KIND_DEAD_MAN_ROLLBACK -> released(sql, machine, report);
            default -> {}
        }
        audit.append(
                sql,
                machine.tenantId(),
                Actors.of(machine),
                name,
                "machine:" + machine.machineId(),
                Map.of(
                        "message", ReportText.clean(event.getMessage()),
                        "report", report.getReportNumber(),
                        "sequence", report.getSequence()));
    }

    /** The machine released itself: that is its intent from now on, and, unless the report says otherwise, its state. */
    private void released(DSLContext sql, MachineRef machine, Report report) {
        long upTo = report.getStatesList().stream()
                .filter(state -> state.getAspect() == Aspect.ASPECT_ISOLATION)
                .mapToLong(ObservedState::getSequence)
                .reduce(report.getSequence(), Math::max);
        intents.undo(
                sql,
                machine.tenantId(),
                machine.machineId(),
                Aspect.ASPECT_ISOLATION,
                upTo,
                Instants.micros(time.instant()));
        machines.observe(
                sql,
                machine.tenantId(),
                machine.machineId(),
                Aspect.ASPECT_ISOLATION,
                MachineState.NONE,
                report.getSequence());
    }

    private void move(
            DSLContext sql, MachineRef machine, Report report, LifeCycle.Event event, Consequence consequence) {
        var target = target(sql, machine, report.getSequence());
        if (target.isEmpty() || target.get().kind().equals(Commands.CANCEL)) {
            unmatched(sql, machine, report, "it speaks of command " + report.getSequence());
        } else {
            move(sql, machine, target.get().action(), event, consequence);
        }
    }

    private void move(
            DSLContext sql, MachineRef machine, MachineAction action, LifeCycle.Event event, Consequence consequence) {
        if (!transitions.apply(sql, action, event, consequence, Actors.of(machine))) {
            var detail =
                    Map.of("report", event.word(), "status", action.status().word());
            tell(sql, machine, action, "action.report-late", detail);
        }
    }

    private void tell(DSLContext sql, MachineRef machine, MachineAction action, String event, Map<String, ?> detail) {
        audit.append(sql, machine.tenantId(), Actors.of(machine), event, "action:" + action.id(), detail);
    }

    private void unmatched(DSLContext sql, MachineRef machine, Report report, String why) {
        audit.append(
                sql,
                machine.tenantId(),
                Actors.of(machine),
                "report.unmatched",
                "machine:" + machine.machineId(),
                Map.of("report", report.getReportNumber(), "why", why));
    }

    private static Optional<Target> target(DSLContext sql, MachineRef machine, long sequence) {
        return sql.select(MachineAction.COLUMNS)
                .select(Outgoing.KIND)
                .from(Outgoing.TABLE)
                .join(Action.TABLE)
                .on(Action.ID.eq(Outgoing.ACTION_ID))
                .where(
                        Outgoing.TENANT_ID.eq(machine.tenantId()),
                        Outgoing.MACHINE_ID.eq(machine.machineId()),
                        Outgoing.SEQUENCE.eq(sequence))
                .fetchOptional(row -> new Target(MachineAction.of(row), row.get(Outgoing.KIND)));
    }

    /** The command a report speaks of: whose it is, and what it orders. */
    private record Target(MachineAction action, String kind) {}
}
