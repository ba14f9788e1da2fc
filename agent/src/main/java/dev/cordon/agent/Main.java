package dev.cordon.agent;

import dev.cordon.agent.enrollment.Enroller;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.enrollment.IdentityStore;
import dev.cordon.agent.facts.LinuxFacts;
import dev.cordon.agent.install.Installation;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.memory.IdlePages;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The agent's command line. Exit status 0: done; 1: failed, the last line says why and what to do; 2: the command line
 * is wrong; 77: the agent has been taken off this machine.
 */
public final class Main {

    /** Version of this agent, as machines report it. */
    public static final String VERSION = "0.1.0";

    private static final String USAGE = """
            Usage: cordon agent COMMAND [OPTIONS]

              enroll --server URL --token TOKEN   make this machine's key and enroll it
                     [--name NAME]                under another computer name than the host's
              run                                 keep the channel, carry out commands
                  [--files DIR]                   scan and control the files below DIR, not all of the machine's (for labs)
              status                              how the machine stands, in plain words
              release --code CODE                 end an isolation here, with its one-time code
              vault list                          what is in quarantine here
              vault restore --of WHAT             give back an object, all of an action, of a SHA-256, or 'all'
              check                               look whether everything the agent needs is there
              install [--root DIR]                write and enable the systemd units

            All take --state DIR (default /var/lib/cordon).
            """;

    private final PrintStream out;
    private final Log log;

    Main(PrintStream out, Log log) {
        this.out = out;
        this.log = log;
    }

    /** Runs one command and ends the process with its status. */
    public static void main(String[] arguments) {
        var level =
                Log.Level.valueOf(System.getProperty("cordon.agent.log", "INFO").toUpperCase(Locale.ROOT));
        System.exit(new Main(System.out, Log.to(System.err, level)).run(Arrays.asList(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.isEmpty() || Set.of("help", "--help", "-h").contains(arguments.getFirst())) {
            out.print(USAGE);
            return arguments.isEmpty() ? 2 : 0;
        }
        var command = arguments.getFirst();
        var rest = arguments.subList(1, arguments.size());
        try {
            return switch (command) {
                case "enroll" ->
                    enroll(Options.parse(command, rest, Set.of("--server", "--token", "--state", "--name")));
                case "run" -> serve(Options.parse(command, rest, Set.of("--state", "--files")));
                case "status" -> status(Options.parse(command, rest, Set.of("--state")));
                case "release" -> release(Options.parse(command, rest, Set.of("--state", "--code")));
                case "vault" -> vault(rest);
                case "check" -> check(Options.parse(command, rest, Set.of("--state")));
                case "install" -> install(Options.parse(command, rest, Set.of("--state", "--root")));
                default -> throw new UsageException("there is no command '" + command + "'");
            };
        } catch (UsageException e) {
            out.println("cordon agent: " + e.getMessage());
            out.print(USAGE);
            return 2;
        } catch (AgentException | EnrollmentException | IOException | IllegalArgumentException e) {
            out.println("cordon agent: " + e.getMessage());
            log.debug("failed", "command", command, "error", e);
            return 1;
        }
    }

    private int enroll(Options options) throws UsageException, EnrollmentException {
        var state = state(options);
        var name = options.find("--name");
        var server = URI.create(options.require("--server"));
        var identity = new Enroller(state, new LinuxFacts(name, VERSION), log)
                .enroll(server, options.require("--token"), name);
        out.println("enrolled as machine " + identity.machineId() + "; start the agent with: cordon agent run --state "
                + state.path());
        return 0;
    }

    private int serve(Options options) throws AgentException, EnrollmentException, IOException {
        var settings = AgentSettings.of(state(options).path(), log);
        var stopped = new CountDownLatch(1);
        var status = new AtomicInteger();
        try (var agent = new Agent(
                settings,
                new HostPlatform(settings.stateDirectory(), files(options), log),
                new LinuxFacts(computerName(state(options)), VERSION),
                Clock.systemUTC())) {
            agent.onOffboarded(() -> {
                disableUnits(settings.stateDirectory());
                status.set(Installation.OFFBOARDED_STATUS);
                stopped.countDown();
            });
            agent.start();
            IdlePages.keepReturning();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                agent.close();
                stopped.countDown();
            }));
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return status.get();
    }

    private void disableUnits(Path stateDirectory) {
        try {
            Installation.disable(Path.of("/"), stateDirectory);
        } catch (IOException e) {
            log.error(e, "units-not-disabled");
        }
    }

    private static Path files(Options options) throws IOException {
        return Path.of(options.find("--files").orElse("/")).toRealPath();
    }

    private int status(Options options) throws IOException, AgentException, EnrollmentException {
        return new LocalCommands(state(options), log, out).status();
    }

    private int release(Options options) throws IOException, AgentException, EnrollmentException, UsageException {
        return new LocalCommands(state(options), log, out).release(options.require("--code"));
    }

    private int vault(List<String> arguments) throws UsageException, IOException, AgentException {
        var what = arguments.isEmpty() ? "" : arguments.getFirst();
        var rest = arguments.subList(Math.min(1, arguments.size()), arguments.size());
        return switch (what) {
            case "list" -> {
                var options = Options.parse("vault list", rest, Set.of("--state"));
                yield new VaultCommands(state(options), log, out).list();
            }
            case "restore" -> {
                var options = Options.parse("vault restore", rest, Set.of("--state", "--of"));
                yield new VaultCommands(state(options), log, out).restore(options.require("--of"));
            }
            default -> throw new UsageException("say 'vault list' or 'vault restore'");
        };
    }

    private int check(Options options) throws EnrollmentException {
        return new SelfCheck(state(options), out).run();
    }

    private int install(Options options) throws IOException {
        var root = Path.of(options.find("--root").orElse("/"));
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .reduce((a, b) -> a + File.pathSeparator + b)
                .orElseThrow();
        var written = new Installation(root, state(options).path().toAbsolutePath(), java, classPath).write();
        written.forEach(file -> out.println("wrote " + file));
        out.println("start it now with: systemctl daemon-reload && systemctl start " + Installation.AGENT_UNIT);
        return 0;
    }

    /** The name given at enrollment, if one was. */
    private static Optional<String> computerName(StateDirectory state) throws EnrollmentException {
        return new IdentityStore(state).load().flatMap(Identity::computerName);
    }

    private static StateDirectory state(Options options) {
        return new StateDirectory(options.find("--state").map(Path::of).orElse(StateDirectory.DEFAULT));
    }
}
