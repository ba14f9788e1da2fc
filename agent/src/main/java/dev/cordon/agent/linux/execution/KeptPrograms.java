package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says which programs that are never refused are on a list of blocked files, so that nobody believes them blocked. Reads
 * them once, some ten megabytes, and again when they change. Safe for use by many threads.
 */
final class KeptPrograms {

    private final List<String> programs;
    private final Map<String, Known> known = new HashMap<>();

    private record Known(FileState state, Hashes hashes) {}

    KeptPrograms(List<String> programs) {
        this.programs = List.copyOf(programs);
    }

    /** Those whose content is meant by one of these hashes. */
    synchronized List<String> among(FileHashSet blocked) {
        List<String> found = new ArrayList<>();
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            for (var program : programs) {
                var state = kernel.stateBehind(program);
                if (state == null || !state.regular()) {
                    known.remove(program);
                } else if (blocked.containsAny(hashes(program, state, hasher))) {
                    found.add(program);
                }
            }
        }
        return found;
    }

    private Hashes hashes(String program, FileState state, FileHasher hasher) {
        var before = known.get(program);
        if (before != null && before.state().equals(state)) {
            return before.hashes();
        }
        try {
            var hashes = hasher.hash(Path.of(program), EnumSet.allOf(HashAlgorithm.class), FileHasher.NO_LIMIT);
            known.put(program, new Known(state, hashes));
            return hashes;
        } catch (IOException e) {
            return new Hashes(0, List.of()); // gone meanwhile
        }
    }
}
