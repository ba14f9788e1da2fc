package dev.cordon.fleet.demo;

import dev.cordon.fleet.machine.FleetMachine;
import dev.cordon.fleet.traffic.Traffic;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A machine of the demo.
 *
 * @param traffic with the bystander; empty on a machine that only exists in memory
 * @param files the folder that stands for its files, on a file system of its own; empty likewise
 */
record StageMachine(FleetMachine machine, Optional<Traffic> traffic, Optional<Path> files) {

    String name() {
        return machine.name();
    }
}
