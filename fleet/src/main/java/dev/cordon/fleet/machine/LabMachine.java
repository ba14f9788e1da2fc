package dev.cordon.fleet.machine;

import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.RunningProgram.Ended;
import dev.cordon.lab.Completed;
import dev.cordon.lab.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A network namespace with a real agent process inside. */
public final class LabMachine implements FleetMachine {

    private static final Duration ENROLL_TIMEOUT = Duration.ofSeconds(30);

    private final String name;
    private final Namespace namespace;
    private final Programs programs;
    private final Path state;
    private final Path files;
    private final Path log;
    private @Nullable RunningProgram agent;

    /** @param directory where the agent's state and log go */
    public LabMachine(String name, Namespace namespace, Programs programs, Path directory) {
        this.name = name;
        this.namespace = namespace;
        this.programs = programs;
        this.state = directory.resolve(name);
        this.files = directory.resolve(name + "-files");
        this.log = directory.resolve(name + ".log");
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * The folder that stands for the machine's files: the agent looks at no other, and controls programs only on file
     * systems that are mounted below it.
     */
    public Path files() {
        return files;
    }

    public Namespace namespace() {
        return namespace;
    }

    @Override
    public void enroll(String serverUrl, String token) {
        Ended ended = RunningProgram.run(
                "the enrollment of " + name,
                inside("enroll", "--server", serverUrl, "--token", token, "--name", name, "--state", state.toString()),
                log,
                ENROLL_TIMEOUT);
        if (ended.status() != 0) {
            throw new IllegalStateException(name + " could not enroll; " + log + " says: " + ended.output());
        }
        startAgent();
    }

    @Override
    public void startAgent() {
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for the files of " + name, e);
        }
        agent = RunningProgram.start(
                "the agent of " + name, inside("run", "--state", state.toString(), "--files", files.toString()), log);
    }

    @Override
    public void stopAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    /** As {@link #stopAgent}, for an agent that has much to write before it ends. */
    public void stopAgent(Duration patience) {
        if (agent != null) {
            agent.end(patience);
        }
    }

    @Override
    public void killAgent() {
        if (agent != null) {
            agent.kill();
        }
    }

    /** Runs {@code cordon agent} with these arguments inside, to its end. */
    public Ended agent(String... arguments) {
        return RunningProgram.run(
                "cordon agent " + arguments[0] + " on " + name,
                inside(arguments),
                log.resolveSibling(name + "-" + arguments[0] + ".log"),
                ENROLL_TIMEOUT);
    }

    /**
     * The process id of the running agent.
     *
     * @throws IllegalStateException if no agent was started
     */
    public long agentPid() {
        if (agent == null) {
            throw new IllegalStateException(name + " has no agent running");
        }
        return agent.pid();
    }

    public Path state() {
        return state;
    }

    public Path log() {
        return log;
    }

    @Override
    public boolean isolated() {
        Completed rules = namespace.run(Duration.ofSeconds(10), "nft", "list", "ruleset");
        return rules.orThrow().contains("drop");
    }

    private List<String> inside(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace.name()));
        command.addAll(programs.agent(List.of(arguments)));
        return command;
    }

    @Override
    public void close() {
        stopAgent();
    }
}
