package dev.cordon.fleet.demo;

import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.RunningProgram.Ended;
import dev.cordon.fleet.traffic.Traffic;
import dev.cordon.lab.LabNetwork;
import dev.cordon.lab.Namespace;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Network namespaces, each with a real agent process, and a bystander that exchanges traffic with every one. */
final class LabStage implements Stage {

    private static final Duration ENROLL_TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final Programs programs;
    private final LabNetwork network;
    private final InetAddress host;
    private final Namespace bystander;
    private final List<LabMachine> machines = new ArrayList<>();

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
        this.directory = directory;
        this.programs = programs;
        this.network = network;
        this.host = network.linkHost().getFirst();
        this.bystander = network.join("bystander");
        for (int number = 1; number <= 3; number++) {
            machines.add(new LabMachine("lab-" + number + ".example.test", network.join("m" + number)));
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
            lines.add("  " + machine.name + "  " + machine.namespace.ipv4().getHostAddress() + "  "
                    + machine.namespace.ipv6().getHostAddress());
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
        }
        return List.copyOf(machines);
    }

    @Override
    public void close() {
        machines.forEach(LabMachine::close);
        network.close();
    }

    private final class LabMachine implements StageMachine {

        private final String name;
        private final Namespace namespace;
        private @Nullable RunningProgram agent;
        private @Nullable Traffic traffic;

        LabMachine(String name, Namespace namespace) {
            this.name = name;
            this.namespace = namespace;
        }

        void enroll(String serverUrl, String token) {
            Path log = directory.resolve(name + ".log");
            Ended ended = RunningProgram.run(
                    "the enrollment of " + name,
                    inside(List.of(
                            "enroll", "--server", serverUrl, "--token", token, "--name", name, "--state", state())),
                    log,
                    ENROLL_TIMEOUT);
            if (ended.status() != 0) {
                throw new IllegalStateException(name + " could not enroll; " + log + " says: " + ended.output());
            }
            startAgent();
            traffic = Traffic.start(bystander, namespace);
        }

        private String state() {
            return directory.resolve(name).toString();
        }

        private List<String> inside(List<String> arguments) {
            List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace.name()));
            command.addAll(programs.agent(arguments));
            return command;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Optional<Traffic> traffic() {
            return Optional.ofNullable(traffic);
        }

        @Override
        public void startAgent() {
            agent = RunningProgram.start(
                    "the agent of " + name,
                    inside(List.of("run", "--state", state())),
                    directory.resolve(name + ".log"));
        }

        @Override
        public void stopAgent() {
            if (agent != null) {
                agent.close();
            }
        }

        void close() {
            if (traffic != null) {
                traffic.close();
            }
            stopAgent();
        }
    }
}
