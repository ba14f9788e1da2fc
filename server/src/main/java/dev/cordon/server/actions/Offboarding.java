package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import org.jooq.DSLContext;

/** Port: what the server does with a machine whose agent has taken itself off. Runs in the caller's transaction. */
@FunctionalInterface
public interface Offboarding {

    void offboarded(DSLContext sql, MachineRef machine);
}
