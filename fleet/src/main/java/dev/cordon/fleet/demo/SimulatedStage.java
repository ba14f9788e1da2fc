package dev.cordon.fleet.demo;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.machine.SimulatedMachine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Machines that exist only in this process, for computers on which lab machines are not possible. */
final class SimulatedStage implements Stage {

    private final String why;
    private final PrintStream log;
    private final List<SimulatedMachine> machines = new ArrayList<>();

    SimulatedStage(Path directory, String why) {
        this.why = why;
        try {
            log = new PrintStream(directory.resolve("agents.log").toFile(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int number = 1; number <= 3; number++) {
            machines.add(new SimulatedMachine(
                    "lab-" + number + ".example.test", "198.51.100." + number, directory, Log.to(log, Log.Level.INFO)));
        }
    }

    @Override
    public String kind() {
        return "simulated";
    }

    @Override
    public List<String> description() {
        return List.of(
                "SIMULATED MACHINES: " + why + ".",
                "Three agents inside this process speak the real protocol with a real server, and isolate nothing:",
                "no traffic is measured. Run this as root on Linux to see real machines being cut off.");
    }

    @Override
    public String serverAddress() {
        return "127.0.0.1";
    }

    @Override
    public String serverHost() {
        return "localhost";
    }

    @Override
    public List<StageMachine> enroll(String serverUrl, String token) {
        machines.forEach(machine -> machine.enroll(serverUrl, token));
        return machines.stream()
                .map(machine -> new StageMachine(machine, Optional.empty(), Optional.empty()))
                .toList();
    }

    @Override
    public void close() {
        machines.forEach(SimulatedMachine::close);
        log.close();
    }
}
