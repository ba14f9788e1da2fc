package dev.cordon.cli;

import dev.cordon.cli.connection.WarmUp;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/**
 * Runs the commands of a usual day in one process, so that the launcher can keep what the run time learned for later
 * starts. Works on a machine that exists for nothing else.
 */
public final class Rehearsal {

    private static final int ROUNDS = 3;

    private Rehearsal() {}

    /** @param arguments a profile's file, a folder to keep tokens in, a machine's name */
    public static void main(String... arguments) {
        Map<String, String> plain =
                Map.of("CORDON_PROFILE", arguments[0], "CORDON_CONFIG", arguments[1], "CORDON_TTY", "");
        Map<String, String> terminal = Map.of(
                "CORDON_PROFILE", arguments[0], "CORDON_CONFIG", arguments[1], "CORDON_TTY", "12", "TERM", "xterm");
        String machine = arguments[2];
        WarmUp.begin();
        for (int i = 0; i < ROUNDS; i++) {
            for (Map<String, String> environment : List.of(plain, terminal)) {
                run(environment, "machines");
                run(environment, "machines", "--filter", "healthStatus eq 'Active'", "--output", "json");
                run(environment, "machines", "list", "--output", "csv");
                run(environment, "machines", "show", machine, "--output", "yaml");
                run(environment, "machines", "state", machine);
                run(environment, "isolate", machine, "--comment", "rehearsal", "--wait=20s");
                run(environment, "release", machine, "--comment", "rehearsal", "--wait=20s");
                run(environment, "actions", "--top", "5");
                run(environment, "machines", "show", "nobody");
                run(environment, "machines", "--help");
                run(environment, "isolate", "--help");
            }
        }
        run(plain, "--help");
        run(plain, "isolate");
    }

    private static void run(Map<String, String> environment, String... arguments) {
        var nowhere = new PrintWriter(Writer.nullWriter());
        Cordon.run(nowhere, nowhere, new BufferedReader(new StringReader("")), environment, arguments);
    }
}
