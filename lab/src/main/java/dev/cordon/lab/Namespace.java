package dev.cordon.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One lab machine: a network namespace with addresses. It shares the file system and the process table with the host.
 *
 * <p>Safe for use by several threads.
 */
public final class Namespace implements AutoCloseable {

    private final String name;
    private final InetAddress ipv4;
    private final InetAddress ipv6;

    private Namespace(String name, InetAddress ipv4, InetAddress ipv6) {
        this.name = name;
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
    }

    static Namespace create(String name, InetAddress ipv4, InetAddress ipv6) {
        Programs.ip("netns", "add", name).orThrow();
        Namespace namespace = new Namespace(name, ipv4, ipv6);
        Programs.ipBatch(name, "link set lo up");
        return namespace;
    }

    /** The name under {@code /run/netns}. */
    public String name() {
        return name;
    }

    public InetAddress ipv4() {
        return ipv4;
    }

    public InetAddress ipv6() {
        return ipv6;
    }

    /** A builder for a program that will run inside; its process id is the program's own. */
    public ProcessBuilder inside(String... command) {
        return new ProcessBuilder(wrapped(command));
    }

    /** Starts a program inside with its output thrown away. */
    public Process start(String... command) {
        try {
            return inside(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new LabException("cannot start " + command[0] + " in " + name + ": " + e.getMessage(), e);
        }
    }

    /** Runs a program inside to its end; one that takes longer than the timeout is ended and reported as an error. */
    public Completed run(Duration timeout, String... command) {
        return Programs.run(timeout, "", wrapped(command));
    }

    /** Like {@link #run}, with a text on standard input. */
    public Completed runWithInput(Duration timeout, String input, String... command) {
        return Programs.run(timeout, input, wrapped(command));
    }

    /** Runs lines of {@code ip} commands inside, such as {@code link set eth0 down}. */
    public void ip(String... lines) {
        Programs.ipBatch(name, lines);
    }

    private List<String> wrapped(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return all;
    }

    /** Ends the programs inside and removes the namespace with its interfaces. */
    @Override
    public void close() {
        remove(name);
    }

    static void remove(String name) {
        Completed inside = Programs.ip("netns", "pids", name);
        if (inside.status() == 0) {
            inside.output()
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(Long::parseLong)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
        Programs.ip("netns", "delete", name);
    }

    @Override
    public String toString() {
        return name;
    }
}
