package dev.cordon.fleet.demo;

import dev.cordon.fleet.machine.FleetMachine;
import dev.cordon.fleet.traffic.Traffic;
import java.util.Optional;

/**
 * A machine of the demo.
 *
 * @param traffic with the bystander; empty on a machine that only exists in memory
 */
record StageMachine(FleetMachine machine, Optional<Traffic> traffic) {

    String name() {
        return machine.name();
    }
}
