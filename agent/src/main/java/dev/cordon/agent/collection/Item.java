package dev.cordon.agent.collection;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One thing to collect. Immutable. */
sealed interface Item {

    /** Where it goes in the package: folder, slash, name; for {@link Tree} the folder only. */
    String entry();

    /**
     * What a program prints, standard error included. Absent where the program is not installed.
     *
     * @param slow whether it runs beside other items
     */
    record Output(String entry, List<String> command, boolean slow) implements Item {
        public Output {
            command = List.copyOf(command);
        }

        static Output of(String entry, String... command) {
            return new Output(entry, List.of(command), false);
        }

        static Output slow(String entry, String... command) {
            return new Output(entry, List.of(command), true);
        }

        /** The command with the program's file in its place, if it is installed. */
        Optional<List<String>> located() {
            return Program.find(command.getFirst()).map(program -> {
                var located = new ArrayList<>(command);
                located.set(0, program.toString());
                return located;
            });
        }
    }

    /** A file as it is; its end if it is too large. Absent where there is none. */
    record Copy(String entry, Path file) implements Item {}

    /** The regular files below a folder, or a file; symbolic links are not followed. Absent where there is none. */
    record Tree(String entry, Path root, int depth) implements Item {}

    /** What the agent writes itself. */
    record Written(String entry, String source, Writer writer) implements Item {}

    /** Writes what it found; may be told to stop. */
    @FunctionalInterface
    interface Writer {
        /** @param stop looked at often; what was written until then is kept */
        void write(OutputStream out, BooleanSupplier stop) throws IOException;
    }
}
