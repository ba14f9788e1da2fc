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

    private final List<Path> places;
    private final ExecutionControl control;

    /** @param places folders to put a program in; the first is taken whose file system starts programs at all */
    Trial(List<Path> places, ExecutionControl control) {
        this.places = places;
        this.control = control;
    }

    private enum Answer {
        RAN,
        REFUSED,
        /** The file system starts no programs. */
        NOT_HERE,
        OTHERWISE
    }

    List<Check> run(ExecutionMode mode) throws InterruptedException {
        for (var place : places) {
            if (Files.isDirectory(place) && startsPrograms(place)) {
                return run(mode, place.resolve(".cordon-probe"));
            }
        }
        return List.of(check("trial", false, "no folder to try a program in: all of " + places + " start none", 0));
    }

    private static boolean startsPrograms(Path place) throws InterruptedException {
        Path file = place.resolve(".cordon-probe");
        try {
            put(file);
            return attempt(file).answer() != Answer.NOT_HERE;
        } catch (IOException e) {
            return false;
        } finally {
            remove(file);
        }
    }

    private List<Check> run(ExecutionMode mode, Path unknown) throws InterruptedException {
        List<Check> checks = new ArrayList<>();
        try {
            put(unknown);
            checks.add(attempt("trusted-program", PROGRAM, Answer.RAN));
            checks.add(attempt(
                    "unknown-program", unknown, mode == ExecutionMode.RESTRICTED ? Answer.REFUSED : Answer.RAN));
            checks.add(blocked(unknown));
        } catch (IOException e) {
            checks.add(check("trial", false, "could not be made: " + e.getMessage(), 0));
        } finally {
            remove(unknown);
        }
        return checks;
    }

    private static void put(Path unknown) throws IOException {
        Files.deleteIfExists(unknown);
        Files.copy(PROGRAM.toRealPath(), unknown);
        Files.writeString(unknown, Long.toHexString(ThreadLocalRandom.current().nextLong()), StandardOpenOption.APPEND);
        Files.setPosixFilePermissions(unknown, PosixFilePermissions.fromString("rwx------"));
    }

    private static void remove(Path unknown) {
        try {
            Files.deleteIfExists(unknown);
        } catch (IOException e) {
            // the next trial replaces it
        }
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
        var attempt = attempt(program);
        return check(name, attempt.answer() == expected, program + " " + attempt.detail(), (int)
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private record Attempt(Answer answer, String detail) {}

    private static Attempt attempt(Path program) throws InterruptedException {
        try {
            var process = new ProcessBuilder(program.toString()).start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Attempt(Answer.OTHERWISE, "did not end");
            }
            int status = process.exitValue();
            return status == 0
                    ? new Attempt(Answer.RAN, "ran")
                    : new Attempt(Answer.OTHERWISE, "ended with status " + status);
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (message.matches(".*error[:=] ?1\\b.*")) {
                return new Attempt(Answer.REFUSED, "was refused");
            }
            return new Attempt(message.matches(".*error[:=] ?13\\b.*") ? Answer.NOT_HERE : Answer.OTHERWISE, message);
        }
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
