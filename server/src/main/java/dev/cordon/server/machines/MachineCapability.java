package dev.cordon.server.machines;

import java.util.List;

/**
 * What a machine's agent says it can do, and where it cannot do all of it.
 *
 * @param name for example {@code NetworkIsolation}
 * @param limits plain sentences: what is missing and what to install
 */
public record MachineCapability(String name, Support support, List<String> limits) {

    /** How far a capability goes on a machine. */
    public enum Support {
        ENFORCED,
        PARTIAL,
        UNSUPPORTED
    }

    public MachineCapability {
        limits = List.copyOf(limits);
    }
}
