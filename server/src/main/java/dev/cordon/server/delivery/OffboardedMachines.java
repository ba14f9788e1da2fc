package dev.cordon.server.delivery;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.actions.Offboarding;
import dev.cordon.server.enrollment.MachineCertificates;
import dev.cordon.server.machines.Machines;
import org.jooq.DSLContext;

/**
 * Lets a machine go that says its agent has taken itself off: it stays in the inventory, and its certificates open
 * nothing any more. The connection on which it said so lasts until the agent closes it or its next heartbeat, so that
 * the agent learns that its last report arrived. Thread-safe.
 */
public final class OffboardedMachines implements Offboarding {

    private final Machines machines;
    private final MachineCertificates certificates;

    public OffboardedMachines(Machines machines, MachineCertificates certificates) {
        this.machines = machines;
        this.certificates = certificates;
    }

    @Override
    public void offboarded(DSLContext sql, MachineRef machine) {
        machines.offboard(sql, machine.tenantId(), machine.machineId());
        certificates.revoke(sql, machine.tenantId(), "machine:" + machine.machineId(), machine.machineId());
    }
}
