package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.web.Caller;

/** How the audit log names who caused something. */
final class Actors {

    static final String SERVER = "server";

    private Actors() {}

    static String of(Caller caller) {
        return caller.displayName() + " (" + caller.subjectId() + ")";
    }

    static String of(MachineRef machine) {
        return "machine:" + machine.machineId();
    }
}
