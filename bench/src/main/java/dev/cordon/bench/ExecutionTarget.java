package dev.cordon.bench;

import dev.cordon.agent.blocklist.BlockList;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.linux.execution.LinuxExecutionControl;
import dev.cordon.agent.log.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The agent's execution control in a process of its own: each line on standard input is the whole list of blocked hashes
 * from then on, answered by {@code done}, or {@code times}, answered by how many starts were answered at once so far and
 * how many nanoseconds that took. Ends with its input.
 */
public final class ExecutionTarget {

    static final String TIMES = "times";

    private ExecutionTarget() {}

    /** @param arguments state directory, folder below which file systems are controlled */
    public static void main(String[] arguments) throws IOException {
        var silent = new ExecutionEvents() {
            @Override
            public void denied(String message) {
                // the one who tried was told
            }

            @Override
            public void lost(String message) {
                System.out.println("failed: " + message);
            }
        };
        try (var control =
                        LinuxExecutionControl.open(Path.of(arguments[0]), Path.of(arguments[1]), silent, Log.silent());
                var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            long version = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(TIMES)) {
                    System.out.println(times(control));
                    continue;
                }
                var hashes = Arrays.stream(line.split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .map(FileHash::parse)
                        .toList();
                var answer = control.enforce(new BlockList(++version, FileHashSet.of(hashes), FileHashSet.EMPTY));
                System.out.println(
                        answer.getSupport().name().equals("SUPPORT_ENFORCED")
                                ? "done"
                                : "failed: " + answer.getLimitsList());
            }
        }
    }

    private static String times(ExecutionControl control) {
        return control instanceof LinuxExecutionControl linux
                ? linux.answerTimes().answers() + " " + linux.answerTimes().nanos()
                : "failed: there is no execution control here";
    }
}
