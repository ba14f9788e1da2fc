package dev.cordon.bench;

import dev.cordon.fleet.process.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Prints the figures of {@code docs/performance.md}, measured here and now, and keeps the raw values. */
public final class Bench {

    private static final String USAGE = """
            Usage: cordon bench [--runs N] [--raw FILE] [--only PART]
              --runs N    how many isolations are measured; 200 if not given
              --only PART start: the start of the server; cli: of commands; containment: the way of an isolation with
                          the memory at rest; execution: the control of execution; tokens: the token service beside
                          Keycloak, which Maven fetches; scan; quarantine: with restore; package: the investigation
                          package; console: in Chromium with 10,000 machines; everything if not given
              --seconds N how long each load of the token service is measured; 10 if not given
              --raw FILE  where the raw values go; bench/results/<time>.json if not given
            Needs root where machines are network namespaces: all but start, cli and tokens.""";

    private Bench() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int runs = 200;
        int seconds = 10;
        Path raw = Path.of("bench", "results", Instant.now().truncatedTo(ChronoUnit.SECONDS) + ".json");
        String only = "";
        var rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            var option = rest.next();
            if (option.equals("--runs") && rest.hasNext()) {
                runs = Integer.parseInt(rest.next());
            } else if (option.equals("--seconds") && rest.hasNext()) {
                seconds = Integer.parseInt(rest.next());
            } else if (option.equals("--raw") && rest.hasNext()) {
                raw = Path.of(rest.next());
            } else if (option.equals("--only") && rest.hasNext()) {
                only = rest.next();
            } else {
                System.err.println(USAGE);
                System.exit(2);
            }
        }
        var directory = Files.createTempDirectory("cordon-bench");
        var figures = new Figures();
        boolean all = only.isEmpty();
        if (all || only.equals("start")) {
            new StartBench(directory, figures).run();
        }
        if (all || only.equals("cli")) {
            new CommandBench(directory, figures).run();
        }
        if (all || only.equals("containment")) {
            new ContainmentBench(directory, runs, figures).run();
        }
        if (all || only.equals("execution")) {
            new ExecutionBench(directory, figures).run();
            new BlockBench(directory, Math.max(100, runs), figures).run();
        }
        if (all || only.equals("tokens")) {
            new TokenBench(directory, source(), seconds, figures).run();
        }
        if (all || only.equals("scan")) {
            new ScanBench(directory, figures).run();
        }
        if (all || only.equals("quarantine")) {
            new QuarantineBench(directory, figures).run();
        }
        if (all || only.equals("package")) {
            new PackageBench(directory, figures).run();
        }
        if (all || only.equals("console")) {
            new ConsoleBench(directory, figures).run();
        }
        figures.save(raw);
        System.out.println(figures.table());
        System.out.println("\nRaw values: " + raw);
    }

    /** The directory of Cordon's source: where the launcher is. */
    private static Path source() {
        var launcher = System.getenv(Programs.LAUNCHER_VARIABLE);
        return launcher == null
                ? Path.of("").toAbsolutePath()
                : Path.of(launcher).resolveSibling("");
    }
}
