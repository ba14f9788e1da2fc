package dev.cordon.server.delivery;

import dev.cordon.gateway.MachineInbox;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.server.actions.ActionReports;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import java.net.InetAddress;
import java.security.PublicKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Takes what machines say into the inventory and the life cycle of their actions. A report counts only if the machine's
 * own key signed it and it speaks for the machine whose connection it came on; then its number and all of its effects
 * are one transaction. Thread-safe.
 */
public final class ReportInbox implements MachineInbox {

    /** Keys kept in memory. A machine's key never changes: the machine's id is its hash. */
    private static final int MOST_KEYS = 20_000;

    private final Database database;
    private final Machines machines;
    private final ActionReports reports;
    private final ConcurrentMap<MachineRef, PublicKey> keys = new ConcurrentHashMap<>();

    public ReportInbox(Database database, Machines machines, ActionReports reports) {
        this.database = database;
        this.machines = machines;
        this.reports = reports;
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
            for (var state : heartbeat.getStatesList()) {
                if (state.getAspect() == Aspect.ASPECT_ISOLATION) {
                    machines.observe(
                            sql,
                            machine.tenantId(),
                            machine.machineId(),
                            state.getAspect(),
                            state.getValue(),
                            state.getSequence());
                }
            }
            return machine;
        });
    }

    @Override
    public long report(MachineRef machine, SignedReport signed) throws InvalidEnvelopeException {
        var report = Envelopes.open(signed, key(machine));
        requireOwn(machine, report);
        long number = report.getReportNumber();
        return database.write(sql -> {
            if (machines.takeReportNumber(sql, machine.tenantId(), machine.machineId(), number)) {
                reports.apply(sql, machine, report);
            }
            return number;
        });
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
