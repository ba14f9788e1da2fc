package dev.cordon.fleet.boot;

import static org.awaitility.Awaitility.await;

import dev.cordon.agent.install.Installation;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.RunningProgram.Ended;
import dev.cordon.lab.LabNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * One boot of a machine on which {@code cordon agent install} was run, with systemd as its first process and no network
 * but loopback. Whatever happens it is gone after two minutes: every process of it lives in a process namespace that
 * ends with {@code timeout}.
 */
final class BootedMachine implements AutoCloseable {

    static final Path STATE = Path.of("/var/lib/cordon");

    private static final String LONGEST_LIFE_SECONDS = "120";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path NFTABLES_UNIT = Path.of("/usr/lib/systemd/system/nftables.service");
    private static final int NOT_POSSIBLE_HERE = 77;

    private static final String TARGET = """
        [Unit]
        Requires=sysinit.target
        Wants=network.target witness.service
        After=sysinit.target network.target
        AllowIsolate=yes
        """;

    /** Writes down which tables there were before anything may bring the network up. */
    private static final String WITNESS = """
        [Unit]
        DefaultDependencies=no
        After=network-pre.target
        Before=network.target

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/sh -c '/usr/sbin/nft list ruleset >/run/witness'
        """;

    private static final String ADMINISTRATORS_RULES = """
        #!/usr/sbin/nft -f
        flush ruleset
        table inet filter {
            chain input { type filter hook input priority filter; }
        }
        """;

    private final RunningProgram program;
    private final Path log;
    private final long firstProcess;

    private BootedMachine(RunningProgram program, Path log) {
        this.program = program;
        this.log = log;
        this.firstProcess = awaitFirstProcess();
        await("boot")
                .atMost(PATIENCE)
                .until(() -> run("systemctl", "is-active", "mini.target").status() == 0);
    }

    /** What this computer lacks for booting machines, as a sentence; empty if it may work here. */
    static Optional<String> missing() {
        if (LabNetwork.missing().isPresent()) {
            return LabNetwork.missing();
        }
        if (!Files.isExecutable(Path.of("/usr/bin/systemd-nspawn"))) {
            return Optional.of("systemd-nspawn is missing: apt-get install systemd-container");
        }
        return Files.exists(NFTABLES_UNIT)
                ? Optional.empty()
                : Optional.of("nftables.service is missing: apt-get install nftables");
    }

    /**
     * Boots.
     *
     * @param state of the agent; the machine sees it at {@link #STATE}
     * @throws TestAbortedException if this computer does not allow namespaces and mounts
     */
    static BootedMachine boot(Path directory, Path state) throws IOException {
        install(directory.resolve("install"));
        Path script = directory.resolve("boot.sh");
        try (InputStream in = BootedMachine.class.getResourceAsStream("boot.sh")) {
            if (in == null) {
                throw new IllegalStateException("boot.sh is not among the test's resources");
            }
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(List.of("timeout", "--kill-after=5", LONGEST_LIFE_SECONDS));
        command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
        command.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc"));
        command.addAll(List.of("sh", script.toString(), directory.toString()));
        command.add("--bind=" + state + ":" + STATE);
        readOnly().forEach(path -> command.add("--bind-ro=" + path));
        Path log = directory.resolve("boot.log");
        RunningProgram program = RunningProgram.start("a booting machine", command, log);
        try {
            return new BootedMachine(program, log);
        } catch (RuntimeException | Error e) {
            program.kill();
            throw e;
        }
    }

    /** Where the agent's classes and its Java are; they may be mounts, which the copy of the file system lacks. */
    private static List<Path> readOnly() {
        return Stream.of(
                        Path.of(System.getProperty("java.home")),
                        Path.of(System.getProperty("user.home"), ".m2"),
                        Path.of("..").toAbsolutePath().normalize())
                .filter(Files::isDirectory)
                .toList();
    }

    private static void install(Path root) throws IOException {
        new Installation(
                        root,
                        STATE,
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("java.class.path"))
                .write();
        Path units = root.resolve("etc/systemd/system");
        Files.writeString(units.resolve("mini.target"), TARGET);
        Files.writeString(units.resolve("witness.service"), WITNESS);
        link(units.resolve("sysinit.target.wants/nftables.service"), NFTABLES_UNIT);
        for (String unwanted :
                List.of("systemd-sysctl", "systemd-udevd", "systemd-udev-trigger", "systemd-timesyncd")) {
            link(units.resolve(unwanted + ".service"), Path.of("/dev/null"));
        }
        Files.writeString(root.resolve("etc/nftables.conf"), ADMINISTRATORS_RULES);
        Files.writeString(
                root.resolve("etc/machine-id"), UUID.randomUUID().toString().replace("-", "") + "\n");
    }

    private static void link(Path link, Path target) throws IOException {
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, target);
        }
    }

    private long awaitFirstProcess() {
        await("systemd")
                .atMost(PATIENCE)
                .until(() -> !program.isAlive() || systemd().isPresent());
        if (!program.isAlive()) {
            Ended ended = program.await(Duration.ofSeconds(1));
            if (ended.status() == NOT_POSSIBLE_HERE) {
                throw new TestAbortedException(ended.output().strip());
            }
            throw new IllegalStateException("the machine did not boot: " + ended.output());
        }
        return systemd().orElseThrow().pid();
    }

    private Optional<ProcessHandle> systemd() {
        return descendants("/systemd").findFirst();
    }

    private Stream<ProcessHandle> descendants(String programName) {
        return ProcessHandle.of(program.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info()
                        .command()
                        .map(path -> path.endsWith(programName))
                        .orElse(false));
    }

    /** Runs a program inside. */
    Ended run(String... words) {
        List<String> command =
                new ArrayList<>(List.of("nsenter", "--target", String.valueOf(firstProcess), "--mount", "--uts"));
        command.addAll(List.of("--ipc", "--net", "--pid"));
        command.addAll(List.of(words));
        try {
            Path output = Files.createTempFile(log.getParent(), "inside", ".log");
            return RunningProgram.run(words[0] + " inside a booted machine", command, output, PATIENCE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Runs a program inside that must succeed, and returns what it printed. */
    String say(String... words) {
        Ended ended = run(words);
        if (ended.status() != 0) {
            throw new AssertionError(String.join(" ", words) + " failed: " + ended.output());
        }
        return ended.output();
    }

    String rules() {
        return say("nft", "list", "ruleset");
    }

    /** Ends it without a goodbye, as a power cut would: the first of its processes takes all others with it. */
    @Override
    public void close() {
        descendants("/systemd-nspawn").forEach(ProcessHandle::destroyForcibly);
        program.await(PATIENCE);
        program.kill();
    }
}
