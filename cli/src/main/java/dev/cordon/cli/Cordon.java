package dev.cordon.cli;

import dev.cordon.cli.connection.RefusedException;
import dev.cordon.cli.connection.WarmUp;
import dev.cordon.cli.output.Printable;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ScopeType;

/** {@code cordon}: respond and administer, from a terminal or a script. Exit statuses: {@link ExitCode}. */
@Command(
        name = "cordon",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "Cordon 0.1.0-SNAPSHOT",
        description = "Respond on machines and administer a Cordon server.",
        usageHelpWidth = 100,
        synopsisSubcommandLabel = "COMMAND")
public final class Cordon {

    /** Groups that list what they hold when nothing else is said. */
    private static final Set<String> LISTS = Set.of("machines", "actions");

    private static final String USAGE = "Usage: ";

    private Cordon() {}

    public static void main(String... arguments) {
        WarmUp.begin();
        var out = new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var err = new PrintWriter(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        var in = new BufferedReader(
                new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8));
        int status = run(out, err, in, System.getenv(), arguments);
        out.flush();
        err.flush();
        // without the shutdown work of a run time that has nothing left to keep
        Runtime.getRuntime().halt(status);
    }

    /** Runs one command and says its exit status. */
    static int run(
            PrintWriter out, PrintWriter err, BufferedReader in, Map<String, String> environment, String... arguments) {
        try (Console console = new Console(out, err, in, environment)) {
            String[] words = listed(arguments);
            return commandLine(console, words).setOut(out).setErr(err).execute(words);
        }
    }

    /** {@code cordon machines} is {@code cordon machines list}. */
    static String[] listed(String... arguments) {
        boolean help = arguments.length > 1
                && List.of("-h", "--help", "-V", "--version").contains(arguments[1]);
        if (arguments.length == 0
                || !LISTS.contains(arguments[0])
                || help
                || (arguments.length > 1 && !arguments[1].startsWith("-"))) {
            return arguments;
        }
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add(1, "list");
        return words.toArray(String[]::new);
    }

    /** The command line with the one command that these words call, or with all where that is not known. */
    static CommandLine commandLine(Console console, String... words) {
        var line = new CommandLine(new Cordon());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.addMixin("console", console);
        new Commands(console).add(line, List.of(words));
        line.setParameterExceptionHandler((failure, _) -> misunderstood(failure));
        return line.setCaseInsensitiveEnumValuesAllowed(true).setExecutionExceptionHandler((failure, at, _) -> {
            at.getErr().println("cordon: " + Printable.cell(message(failure)));
            return ExitCode.of(failure);
        });
    }

    /** Says what is wrong in a few lines, so that it stays in sight; a group shows what it has. */
    private static int misunderstood(CommandLine.ParameterException failure) {
        CommandLine at = failure.getCommandLine();
        PrintWriter err = at.getErr();
        err.println("cordon: " + Printable.cell(message(failure)));
        if (CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            return ExitCode.USAGE;
        }
        if (at.getSubcommands().isEmpty()) {
            err.print(USAGE + at.getHelp().synopsis(USAGE.length()));
            err.println("See " + at.getCommandSpec().qualifiedName() + " --help");
        } else {
            at.usage(err);
        }
        return ExitCode.USAGE;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return failure instanceof RefusedException refused
                        && refused.requestId().isPresent()
                ? message + " (request " + refused.requestId().get() + ")"
                : message;
    }
}
