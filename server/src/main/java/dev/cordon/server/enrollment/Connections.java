package dev.cordon.server.enrollment;

import dev.cordon.gateway.MachineRef;

/** Port: the connections of machines. Safe for use by many threads. */
@FunctionalInterface
public interface Connections {

    /** Ends a machine's connection, if it has one, because it may no longer have one. Does not wait for the end. */
    void dismiss(MachineRef machine);
}
