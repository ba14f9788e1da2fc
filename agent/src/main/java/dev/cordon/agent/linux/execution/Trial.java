package dev.cordon.agent.linux.execution;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.execution.ExecutionMode;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.protocol.wire.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Looks whether programs are refused as they should, by starting some: one of the system, which has to run, and a copy
 * of it with some bytes more that nobody knows, which has to run or not. Never called by the verdict thread.
 */
final class Trial {

    private static final Path PROGRAM = Path.of("/bin/true");
    private static final int SECONDS = 10;

    private final Path stateDirectory;
    private final ExecutionControl control;

    Trial(Path stateDirectory, ExecutionControl control) {
        this.stateDirectory = stateDirectory;
        this.control = control;
    }

    private enum Answer {
        RAN,
        REFUSED,
        OTHERWISE
    }

    List<Check> run(ExecutionMode mode) throws InterruptedException {
        List<Check> checks = new ArrayList<>();
        Path unknown = stateDirectory.resolve("execution-probe");
        try {
            Files.deleteIfExists(unknown);
            Files.copy(PROGRAM.toRealPath(), unknown);
            Files.writeString(
                    unknown, Long.toHexString(ThreadLocalRandom.current().nextLong()), StandardOpenOption.APPEND);
            Files.setPosixFilePermissions(unknown, PosixFilePermissions.fromString("rwx------"));
            checks.add(attempt("trusted-program", PROGRAM, Answer.RAN));
            checks.add(attempt(
                    "unknown-program", unknown, mode == ExecutionMode.RESTRICTED ? Answer.REFUSED : Answer.RAN));
            checks.add(blocked(unknown));
        } catch (IOException e) {
            checks.add(check("trial", false, "could not be made: " + e.getMessage(), 0));
        } finally {
            try {
                Files.deleteIfExists(unknown);
            } catch (IOException e) {
                // the next trial replaces it
            }
        }
        return checks;
    }

    private Check blocked(Path unknown) throws IOException, InterruptedException {
        try (var hasher = FileHasher.open()) {
            var hash = hasher.hash(unknown, EnumSet.of(HashAlgorithm.SHA1), FileHasher.NO_LIMIT)
                    .values()
                    .getFirst();
            try (var denial = control.deny(hash)) {
                return attempt("blocked-program", unknown, Answer.REFUSED);
            }
        } catch (ExecutionException e) {
            return check("blocked-program", false, String.valueOf(e.getMessage()), 0);
        }
    }

    private static Check attempt(String name, Path program, Answer expected) throws InterruptedException {
        long start = System.nanoTime();
        Answer answer;
        String detail;
        try {
            var process = new ProcessBuilder(program.toString()).start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                answer = Answer.OTHERWISE;
                detail = "did not end";
            } else {
                answer = process.exitValue() == 0 ? Answer.RAN : Answer.OTHERWISE;
                detail = process.exitValue() == 0 ? "ran" : "ended with status " + process.exitValue();
            }
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            boolean refused = message.contains("error=1,");
            answer = refused ? Answer.REFUSED : Answer.OTHERWISE;
            detail = refused ? "was refused" : message;
        }
        return check(name, answer == expected, program + " " + detail, (int)
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static Check check(String name, boolean passed, String detail, int millis) {
        return Check.newBuilder()
                .setName(name)
                .setPassed(passed)
                .setDetail(detail)
                .setMillis(millis)
                .build();
    }
}
