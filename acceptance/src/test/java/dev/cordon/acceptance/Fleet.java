package dev.cordon.acceptance;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.machine.FleetMachine;
import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.lab.LabNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One machine that a test acts on, and some that stand beside it. As root the first is a network namespace with a real
 * agent; otherwise all are simulated.
 */
final class Fleet implements AutoCloseable {

    private final Optional<LabNetwork> network;
    private final Path directory;
    private final List<FleetMachine> machines = new ArrayList<>();

    private Fleet(Path directory) {
        this.directory = directory;
        network = LabNetwork.missing().isEmpty() ? Optional.of(LabNetwork.open()) : Optional.empty();
    }

    static Fleet open(Path directory) {
        return new Fleet(directory);
    }

    /** Where a server has to listen so that the machines reach it. */
    String address() {
        return network.map(lab -> lab.linkHost().getFirst().getHostAddress()).orElse("127.0.0.1");
    }

    /** The command that runs a program beside the machines, on a network that nothing else changes. */
    List<String> beside() {
        return network.map(lab ->
                        List.of("ip", "netns", "exec", lab.join("browser").name()))
                .orElse(List.of());
    }

    /** @param beside how many simulated machines there are besides */
    void join(Installation cordon, int beside) {
        for (int number = 0; number <= beside; number++) {
            var name = number == 0 ? "web-1.example.test" : "office-" + number + ".example.test";
            FleetMachine machine = number == 0 && network.isPresent()
                    ? new LabMachine(name, network.get().join("web1"), Installation.PROGRAMS, directory)
                    : new SimulatedMachine(name, "198.51.100." + number, directory, Log.silent());
            machines.add(machine);
            machine.enroll(cordon.url(), cordon.tenancy().enrollmentToken());
        }
    }

    FleetMachine first() {
        return machines.getFirst();
    }

    /** One of the simulated machines beside the first, {@code office-N.example.test}, from 1. */
    SimulatedMachine office(int number) {
        return (SimulatedMachine) machines.get(number);
    }

    /** Puts a file on the first machine and returns its path there. */
    String put(String name, byte[] content) {
        if (first() instanceof SimulatedMachine simulated) {
            return put(simulated, name, content);
        }
        try {
            var file = ((LabMachine) first()).files().resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, content);
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String put(SimulatedMachine machine, String name, byte[] content) {
        var path = "/srv/" + name;
        machine.tasks().put(path, content);
        return path;
    }

    boolean has(String path) {
        return first() instanceof SimulatedMachine simulated
                ? simulated.tasks().file(path).isPresent()
                : Files.exists(Path.of(path));
    }

    @Override
    public void close() {
        machines.forEach(FleetMachine::close);
        network.ifPresent(LabNetwork::close);
    }
}
