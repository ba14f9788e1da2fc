package dev.cordon.fleet.demo;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What {@code cordon demo} was asked for.
 *
 * @param exit end after the walk instead of staying up
 * @param simulated use simulated machines even where lab machines are possible
 */
record DemoOptions(
        boolean exit, boolean simulated, Optional<Path> envFile, Optional<Path> reportFile, Optional<Path> directory) {

    static final String USAGE = """
            Usage: cordon demo [--exit] [--env FILE] [--report FILE] [--dir DIR] [--simulated] [--no-install]

              --exit         end after the walk; status 0 only if every step was verified
              --env FILE     write URL, tenant, client and CA as shell variables once all is ready
              --report FILE  write what was done, verified and measured as JSON
              --dir DIR      keep everything in this new directory (default: a fresh temporary one)
              --simulated    simulated machines instead of network namespaces
              --no-install   do not install what is missing; say what it is and stop
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException with a sentence, if it cannot be understood
     */
    static DemoOptions parse(List<String> arguments) {
        boolean exit = false;
        boolean simulated = false;
        Optional<Path> envFile = Optional.empty();
        Optional<Path> reportFile = Optional.empty();
        Optional<Path> directory = Optional.empty();
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String argument = rest.next();
            switch (argument) {
                case "--exit" -> exit = true;
                case "--simulated" -> simulated = true;
                case "--no-install" -> {}
                case "--env" -> envFile = Optional.of(file(argument, rest));
                case "--report" -> reportFile = Optional.of(file(argument, rest));
                case "--dir" -> directory = Optional.of(file(argument, rest));
                default -> throw new IllegalArgumentException("unknown option " + argument);
            }
        }
        return new DemoOptions(exit, simulated, envFile, reportFile, directory);
    }

    private static Path file(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + " needs a file name");
        }
        return Path.of(rest.next()).toAbsolutePath();
    }
}
