package dev.cordon.fleet.demo;

import dev.cordon.fleet.machine.LabMachine;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.traffic.Traffic;
import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.MemoryDisk;
import dev.cordon.lab.Namespace;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;

/** Network namespaces, each with a real agent process, and a bystander that exchanges traffic with every one. */
final class LabStage implements Stage {

    private static final int DISK_MEBIBYTES = 64;

    private final LabNetwork network;
    private final InetAddress host;
    private final Namespace bystander;
    private final List<LabMachine> machines = new ArrayList<>();
    private final List<Traffic> traffics = new ArrayList<>();
    private final List<MemoryDisk> disks = new ArrayList<>();

    static LabStage open(Path directory, Programs programs) {
        LabNetwork network = LabNetwork.open();
        try {
            return new LabStage(directory, programs, network);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private LabStage(Path directory, Programs programs, LabNetwork network) {
        this.network = network;
        this.host = network.linkHost().getFirst();
        this.bystander = network.join("bystander");
        for (int number = 1; number <= 3; number++) {
            String name = "lab-" + number + ".example.test";
            LabMachine machine = new LabMachine(name, network.join("m" + number), programs, directory);
            machines.add(machine);
            disks.add(MemoryDisk.mount(machine.files(), DISK_MEBIBYTES));
        }
    }

    @Override
    public String kind() {
        return "lab";
    }

    @Override
    public List<String> description() {
        List<String> lines = new ArrayList<>();
        lines.add("Three lab machines: network namespaces on a bridge of their own, each with a real agent process.");
        for (LabMachine machine : machines) {
            lines.add("  " + machine.name() + "  " + machine.namespace().ipv4().getHostAddress() + "  "
                    + machine.namespace().ipv6().getHostAddress());
        }
        lines.add("A bystander, " + bystander.ipv4().getHostAddress()
                + ", exchanges TCP and UDP messages with each of them, over IPv4 and IPv6, every 10 ms.");
        return lines;
    }

    @Override
    public String serverAddress() {
        return host.getHostAddress();
    }

    @Override
    public String serverHost() {
        return host.getHostAddress();
    }

    @Override
    public List<StageMachine> enroll(String serverUrl, String token) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var started = machines.stream()
                    .map(machine -> CompletableFuture.runAsync(() -> machine.enroll(serverUrl, token), threads))
                    .toList();
            started.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
        List<StageMachine> ready = new ArrayList<>();
        for (LabMachine machine : machines) {
            Traffic traffic = Traffic.start(bystander, machine.namespace());
            traffics.add(traffic);
            ready.add(new StageMachine(machine, Optional.of(traffic), Optional.of(machine.files())));
        }
        return ready;
    }

    @Override
    public void close() {
        traffics.forEach(Traffic::close);
        machines.parallelStream().forEach(LabMachine::close);
        disks.forEach(MemoryDisk::close);
        network.close();
    }
}
