package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;

/** How the audit log names who caused something, if it was no caller. */
final class Actors {

    static final String SERVER = "server";

    private Actors() {}

    static String of(MachineRef machine) {
        return "machine:" + machine.machineId();
    }
}
