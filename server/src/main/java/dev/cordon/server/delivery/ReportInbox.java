package dev.cordon.server.delivery;

import dev.cordon.gateway.MachineInbox;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.server.actions.ActionReports;
import dev.cordon.server.actions.RunningProgress;
import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.store.StoreException;
import java.net.InetAddress;
import java.security.PublicKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what machines say into the inventory and the life cycle of their actions. A report counts only if the machine's
 * own key signed it and it speaks for the machine whose connection it came on; then its number and all of its effects
 * are one transaction. Thread-safe.
 *
 * <p>A report that this server cannot apply, by a fault of its own, would come again on every connection and keep the
 * machine from saying anything else. It is put into the audit log, counted as taken, and acknowledged. Trouble of the
 * store is something else: it passes, so that report is not acknowledged and comes again.
 */
public final class ReportInbox implements MachineInbox {

    private static final Logger LOG = LoggerFactory.getLogger(ReportInbox.class);

    /** Keys kept in memory. A machine's key never changes: the machine's id is its hash. */
    private static final int MOST_KEYS = 20_000;

    private final Database database;
    private final Machines machines;
    private final ActionReports reports;
    private final AuditLog audit;
    private final RunningProgress progress;
    private final ConcurrentMap<MachineRef, PublicKey> keys = new ConcurrentHashMap<>();

    public ReportInbox(
            Database database, Machines machines, ActionReports reports, AuditLog audit, RunningProgress progress) {
        this.progress = progress;
        this.database = database;
        this.machines = machines;
        this.reports = reports;
        this.audit = audit;
    }

    @Override
    public long connected(MachineRef machine, Hello hello, InetAddress from) {
        return database.write(sql -> {
            machines.connected(sql, machine.tenantId(), machine.machineId(), hello, from);
            return machines.lastReportNumber(sql, machine.tenantId(), machine.machineId());
        });
    }

    @Override
    public void heartbeat(MachineRef machine, Heartbeat heartbeat, InetAddress from) {
        database.write(sql -> {
            machines.heartbeat(sql, machine.tenantId(), machine.machineId(), heartbeat.getFacts(), from);
            machines.observe(sql, machine.tenantId(), machine.machineId(), heartbeat.getStatesList());
            return machine;
        });
    }

    @Override
    public long report(MachineRef machine, SignedReport signed) throws InvalidEnvelopeException {
        var report = Envelopes.open(signed, key(machine));
        requireOwn(machine, report);
        try {
            return take(machine, report, sql -> reports.apply(sql, machine, report));
        } catch (RuntimeException e) {
            if (mayPass(e)) {
                throw e;
            }
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("machine", machine)
                    .addKeyValue("report", report.getReportNumber())
                    .addKeyValue("action", report.getActionId())
                    .log("report could not be applied; it is kept in the audit log and not asked for again");
            return take(machine, report, sql -> notApplied(sql, machine, report, e));
        }
    }

    @Override
    public void progress(MachineRef machine, Progress told) {
        progress.told(machine, told);
    }

    private long take(MachineRef machine, Report report, Consumer<DSLContext> effects) {
        long number = report.getReportNumber();
        return database.write(sql -> {
            if (machines.takeReportNumber(sql, machine.tenantId(), machine.machineId(), number)) {
                effects.accept(sql);
            }
            return number;
        });
    }

    private void notApplied(DSLContext sql, MachineRef machine, Report report, RuntimeException reason) {
        audit.append(
                sql,
                machine.tenantId(),
                "machine:" + machine.machineId(),
                "report.not-applied",
                "machine:" + machine.machineId(),
                Map.of(
                        "report",
                        report.getReportNumber(),
                        "sequence",
                        report.getSequence(),
                        "content",
                        report.getContentCase().name(),
                        "why",
                        reason.getClass().getSimpleName()));
    }

    /** Whether the store is to blame and the same report may go through later. Values that do not fit never will. */
    private static boolean mayPass(RuntimeException e) {
        return switch (e) {
            case StoreException store -> true;
            case DataAccessException failed ->
                switch (failed.sqlStateClass()) {
                    case C22_DATA_EXCEPTION, C23_INTEGRITY_CONSTRAINT_VIOLATION -> false;
                    default -> true;
                };
            default -> false;
        };
    }

    @Override
    public void disconnected(MachineRef machine) {
        database.write(sql -> {
            machines.disconnected(sql, machine.tenantId(), machine.machineId());
            return machine;
        });
    }

    private static void requireOwn(MachineRef machine, Report report) throws InvalidEnvelopeException {
        if (!report.getTenantId().equals(machine.tenantId())) {
            throw new InvalidEnvelopeException("the report speaks for another tenant");
        }
        if (!report.getMachineId().equals(machine.machineId())) {
            throw new InvalidEnvelopeException("the report speaks for another machine");
        }
        if (report.getReportNumber() < 1) {
            throw new InvalidEnvelopeException("a report's number is between 1 and " + Long.MAX_VALUE);
        }
    }

    private PublicKey key(MachineRef machine) {
        var known = keys.get(machine);
        if (known != null) {
            return known;
        }
        var key = database.read(sql -> machines.publicKey(sql, machine.tenantId(), machine.machineId()));
        if (keys.size() >= MOST_KEYS) {
            keys.clear();
        }
        keys.put(machine, key);
        return key;
    }
}
