package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ends the processes that run one of some files, also of a file that is deleted meanwhile. The process is opened
 * (pidfd_open(2)) before its program is looked at a last time, so that no other process of the same number is ended.
 * For one thread at a time.
 */
final class RunningInstances {

    private static final int MOST_ROUNDS = 10;

    private final Log log;

    RunningInstances(Log log) {
        this.log = log;
    }

    /** Ends them, and again until none is found; returns what was ended, in words. */
    List<String> end(FileHashSet hashes, KeptFiles kept) {
        List<String> ended = new ArrayList<>();
        Map<FileState, Boolean> judged = new HashMap<>();
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            for (int round = 0; round < MOST_ROUNDS; round++) {
                int before = ended.size();
                try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                    for (var process : processes) {
                        look(
                                        kernel,
                                        hasher,
                                        Integer.parseInt(process.getFileName().toString()),
                                        hashes,
                                        kept,
                                        judged)
                                .ifPresent(ended::add);
                    }
                } catch (IOException | java.nio.file.DirectoryIteratorException e) {
                    log.warn(e, "processes-not-listed");
                }
                if (ended.size() == before) {
                    break;
                }
            }
        }
        return ended;
    }

    private java.util.Optional<String> look(
            Kernel kernel,
            FileHasher hasher,
            int pid,
            FileHashSet hashes,
            KeptFiles kept,
            Map<FileState, Boolean> judged) {
        String program = "/proc/" + pid + "/exe";
        var state = kernel.stateBehind(program);
        if (pid == Marks.ownPid() || state == null || !state.regular() || kept.holds(state)) {
            return java.util.Optional.empty();
        }
        boolean meant = judged.computeIfAbsent(state, any -> {
            try {
                var algorithms = java.util.EnumSet.copyOf(hashes.algorithms());
                algorithms.add(dev.cordon.agent.hash.HashAlgorithm.SHA256);
                var found = hasher.hash(Path.of(program), algorithms, FileHasher.NO_LIMIT);
                return hashes.containsAny(found) && !kept.holds(found, kernel, hasher);
            } catch (IOException e) {
                return false;
            }
        });
        return meant ? end(kernel, pid, program, state) : java.util.Optional.empty();
    }

    private java.util.Optional<String> end(Kernel kernel, int pid, String program, FileState state) {
        int process = kernel.pidfdOpen(pid);
        if (process < 0) {
            return java.util.Optional.empty();
        }
        try {
            if (!state.equals(kernel.stateBehind(program)) || kernel.kill(process) < 0) {
                return java.util.Optional.empty();
            }
            String name = "process " + pid + " (" + Names.readable(kernel.link(program)) + ")";
            log.info("blocked-program-ended", "pid", pid);
            return java.util.Optional.of(name);
        } finally {
            kernel.close(process);
        }
    }
}
