package dev.cordon.fleet.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to start Cordon's own programs: by the launcher, with the class path and flags that its users get, or from the
 * class path of this very process, which is what a test wants that tries the classes just compiled.
 */
public sealed interface Programs {

    /** The environment variable in which {@code ./cordon} passes its own path on. */
    String LAUNCHER_VARIABLE = "CORDON_LAUNCHER";

    /** The command line of a server with these arguments. */
    List<String> server(List<String> arguments);

    /** The command line of an agent with these arguments. */
    List<String> agent(List<String> arguments);

    /** The launcher if this process was started by it, otherwise this process' class path. */
    static Programs here() {
        return Optional.ofNullable(System.getenv(LAUNCHER_VARIABLE))
                .<Programs>map(launcher -> new Launched(Path.of(launcher)))
                .orElseGet(SameClassPath::new);
    }

    /** By {@code ./cordon}, which becomes the program, so that the process id is the program's. */
    record Launched(Path launcher) implements Programs {

        @Override
        public List<String> server(List<String> arguments) {
            return command("server", arguments);
        }

        @Override
        public List<String> agent(List<String> arguments) {
            return command("agent", arguments);
        }

        /** The command line that rehearses the commands for people; only while start-up caches are made. */
        public List<String> rehearsal(List<String> arguments) {
            return command("rehearse", arguments);
        }

        private List<String> command(String verb, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(launcher.toString(), verb));
            command.addAll(arguments);
            return List.copyOf(command);
        }
    }

    /** With this process' own run time and class path. */
    record SameClassPath() implements Programs {

        @Override
        public List<String> server(List<String> arguments) {
            return command("dev.cordon.server.ServerMain", List.of("-Xmx256m", "-XX:+UseSerialGC"), arguments);
        }

        @Override
        public List<String> agent(List<String> arguments) {
            return command("dev.cordon.agent.Main", List.of("-Xmx64m", "-XX:+UseSerialGC"), arguments);
        }

        private static List<String> command(String main, List<String> flags, List<String> arguments) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(flags);
            command.add("-XX:TieredStopAtLevel=1");
            command.add("--enable-native-access=ALL-UNNAMED");
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
            command.addAll(arguments);
            return List.copyOf(command);
        }
    }
}
