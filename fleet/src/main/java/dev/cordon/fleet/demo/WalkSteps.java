package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.demo.DemoReport.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What every part of the walk does with its steps: calls, polls to the end of an action, checks, tells. */
class WalkSteps {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    final ApiCalls api;
    final Terminal terminal;
    final DemoReport report;

    WalkSteps(ApiCalls api, Terminal terminal, DemoReport report) {
        this.api = api;
        this.terminal = terminal;
        this.report = report;
    }

    /** Polls an action to its end, as every client of this API does. */
    Exchange followAction(Exchange posted, String type) {
        return followAction(posted, type, PATIENCE);
    }

    Exchange followAction(Exchange posted, String type, Duration patience) {
        Step step = report.step("get machine action (" + type + ")");
        String actionId = posted.json().path("id").asString("");
        Exchange last = pollToEnd(actionId, patience);
        api.show(step, last);
        Duration took = Duration.ofNanos(System.nanoTime() - posted.sentAt());
        step.measured("millisFromPostToSucceeded", millis(took));
        String status = last.json().path("status").asString("");
        check(
                step,
                status.equals("Succeeded")
                        && last.json().path("type").asString("").equals(type),
                "status " + status + ", " + Terminal.millis(took.toNanos())
                        + " after the POST: the agent looked at the machine before it said so");
        return last;
    }

    Exchange pollToEnd(String actionId) {
        return pollToEnd(actionId, PATIENCE);
    }

    Exchange pollToEnd(String actionId, Duration patience) {
        String path = "/api/machineactions/" + actionId;
        long deadline = System.nanoTime() + patience.toNanos();
        Exchange last = api.quietGet(path);
        while (System.nanoTime() < deadline && isOpen(last)) {
            pause(20);
            last = api.quietGet(path);
        }
        return last;
    }

    static boolean isOpen(Exchange action) {
        return List.of("Pending", "InProgress")
                .contains(action.json().path("status").asString(""));
    }

    void check(Step step, boolean verified, String detail) {
        step.ended(verified, detail);
        if (verified) {
            terminal.verified(detail);
        } else {
            terminal.failed("not verified: " + detail);
        }
    }

    static boolean within(Duration patience, BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        return Stream.generate(() -> {
                    boolean holds = condition.getAsBoolean();
                    if (!holds) {
                        pause(50);
                    }
                    return holds;
                })
                .takeWhile(_ -> System.nanoTime() < deadline)
                .anyMatch(holds -> holds);
    }

    /** A copy of a harmless program with an end of its own, so that its hash is nobody else's. */
    static void plant(Path program) {
        try {
            Files.createDirectories(program.getParent());
            Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(program, "\nunwanted " + UUID.randomUUID(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(program + " could not be written", e);
        }
    }

    /** Whether the kernel lets a program start. */
    static boolean starts(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "0").start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether the kernel refuses it by EPERM; a program that is not there, or fails otherwise, is not refused. */
    static boolean isRefused(Path program) {
        try {
            new ProcessBuilder(program.toString(), "0").start().destroyForcibly();
            return false;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("Operation not permitted");
        }
    }

    static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
