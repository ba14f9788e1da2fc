package dev.cordon.cli;

import java.time.Duration;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Orders an action and, if wanted, waits for its end. */
final class Actions {

    private static final Set<String> OPEN = Set.of("Pending", "InProgress");
    private static final Duration BETWEEN_POLLS = Duration.ofMillis(500);

    private final Console console;

    Actions(Console console) {
        this.console = console;
    }

    int order(String machine, String what, ObjectNode body, Duration patience) {
        JsonNode action = console.post("/api/machines/" + Console.encoded(machine) + "/" + what, body);
        if (patience.isZero()) {
            console.object(action);
            return ExitCode.OK;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        while (OPEN.contains(action.path("status").asString("")) && System.nanoTime() < deadline) {
            pause();
            action = console.get("/api/machineactions/" + action.path("id").asString(""));
        }
        console.object(action);
        return action.path("status").asString("").equals("Succeeded") ? ExitCode.OK : ExitCode.ACTION_FAILED;
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_POLLS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
