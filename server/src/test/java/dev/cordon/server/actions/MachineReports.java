package dev.cordon.server.actions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.CancelAnswer;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Event;
import dev.cordon.protocol.wire.EventKind;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Refused;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Started;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What machines say of their commands and of themselves, applied as delivery does it: each report has the next number,
 * and is one transaction with it.
 */
final class MachineReports {

    private final Database database;
    private final Machines machines;
    private final ActionReports reports;
    private final String tenant;
    private final AtomicLong number = new AtomicLong();

    MachineReports(Database database, Machines machines, ActionReports reports, String tenant) {
        this.database = database;
        this.machines = machines;
        this.reports = reports;
        this.tenant = tenant;
    }

    void started(Command command) {
        report(about(command).setStarted(Started.getDefaultInstance()));
    }

    /** The machine did it, and looks as told. */
    void succeeded(Command command, String observed) {
        report(about(command)
                .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED))
                .addStates(state(observed, command.getSequence())));
    }

    void failed(Command command, int errorCode, String message) {
        report(about(command)
                .setOutcome(Outcome.newBuilder()
                        .setResult(Result.RESULT_FAILED)
                        .setErrorCode(errorCode)
                        .setMessage(message)));
    }

    void refused(Command command, RefusalReason reason) {
        report(about(command)
                .setRefused(Refused.newBuilder().setReason(reason).setMessage("refused: " + reason.name())));
    }

    void answered(Command cancel, boolean cancelled) {
        report(about(cancel)
                .setCancelAnswer(CancelAnswer.newBuilder()
                        .setTargetSequence(cancel.getCancel().getTargetSequence())
                        .setCancelled(cancelled)));
    }

    void happened(String machineId, EventKind kind) {
        report(Report.newBuilder()
                .setTenantId(tenant)
                .setMachineId(machineId)
                .setEvent(Event.newBuilder().setKind(kind).setMessage("it happened")));
    }

    static Report.Builder about(Command command) {
        return Report.newBuilder()
                .setTenantId(command.getTenantId())
                .setMachineId(command.getMachineId())
                .setSequence(command.getSequence())
                .setActionId(command.getActionId());
    }

    static ObservedState state(String value, long sequence) {
        return ObservedState.newBuilder()
                .setAspect(Aspect.ASPECT_ISOLATION)
                .setValue(value)
                .setSequence(sequence)
                .build();
    }

    /** Applies a report as delivery does: in one transaction with its number. */
    void report(Report.Builder report) {
        var numbered = report.setReportNumber(number.incrementAndGet()).build();
        database.write(sql -> {
            assertThat(machines.takeReportNumber(sql, tenant, numbered.getMachineId(), numbered.getReportNumber()))
                    .isTrue();
            reports.apply(sql, new MachineRef(tenant, numbered.getMachineId()), numbered);
            return 0;
        });
    }
}
