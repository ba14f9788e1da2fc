package dev.cordon.cli;

import dev.cordon.cli.connection.Answer;
import dev.cordon.cli.connection.RefusedException;
import dev.cordon.cli.output.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Orders the same of many machines, follows what becomes of it, and shows it. */
final class Orders {

    /** What actions look like in lists. */
    static final Column[] COLUMNS = {
        Column.of("MACHINE", "computerDnsName", Orders::machine),
        Column.of("TYPE", "type").ifRoom(),
        Column.status("STATUS", "status"),
        Column.of("ID", "id"),
        Column.of("DETAIL", "detail", Orders::detail).ifRoom()
    };

    private static final Column[] WITH_FILES = {
        COLUMNS[0], COLUMNS[2], COLUMNS[3].ifRoom(), COLUMNS[4], Column.of("FILE", "file")
    };

    private static final int AT_ONCE = 8;

    private final Console console;

    Orders(Console console) {
        this.console = console;
    }

    /** What was ordered: actions, and refusals in the server's words. */
    record Placed(List<JsonNode> actions, List<ObjectNode> refused) {}

    /** An action, or why there is none. */
    private record Reply(Optional<JsonNode> action, Optional<ObjectNode> refusal) {}

    /**
     * Orders an action of each machine. What a machine is refused for does not keep the others from it.
     *
     * @throws RefusedException if there is only one and the server refuses
     */
    Placed place(List<Target> targets, String verb, ObjectNode body) {
        if (targets.size() == 1) {
            return new Placed(
                    List.of(post(targets.getFirst(), verb, body).orThrow().json()), List.of());
        }
        console.session();
        var gate = new Semaphore(AT_ONCE);
        List<Future<Reply>> replies = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Target target : targets) {
                replies.add(threads.submit(() -> {
                    gate.acquire();
                    try {
                        return reply(target, verb, body);
                    } finally {
                        gate.release();
                    }
                }));
            }
        }
        List<JsonNode> actions = new ArrayList<>();
        List<ObjectNode> refused = new ArrayList<>();
        for (Future<Reply> reply : replies) {
            result(reply).action().ifPresent(actions::add);
            result(reply).refusal().ifPresent(refused::add);
        }
        return new Placed(actions, refused);
    }

    private Answer post(Target target, String verb, ObjectNode body) {
        return console.order("/api/machines/" + Console.encoded(target.machine()) + "/" + verb, body);
    }

    private Reply reply(Target target, String verb, ObjectNode body) {
        try {
            return new Reply(Optional.of(post(target, verb, body).orThrow().json()), Optional.empty());
        } catch (RefusedException e) {
            return new Reply(
                    Optional.empty(),
                    Optional.of(Console.body()
                            .put("machineId", target.machine())
                            .put("computerDnsName", target.name())
                            .put("code", e.code())
                            .put("message", e.getMessage())
                            .put("requestId", e.requestId().orElse(null))));
        }
    }

    private static Reply result(Future<Reply> reply) {
        try {
            return reply.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits if wanted; then with all that the server knows of each action. */
    Placed follow(Placed placed, Optional<Duration> patience) {
        if (patience.isEmpty() || placed.actions().isEmpty()) {
            return placed;
        }
        var following = new Following(console);
        List<JsonNode> ended = following.await(placed.actions(), patience.get()).stream()
                .map(action -> action.has("outcome")
                        ? action
                        : following.detail(action.path("id").asString()))
                .toList();
        return new Placed(ended, placed.refused());
    }

    /** Shows what was ordered, and what became of it if it was waited for. */
    int show(Placed placed, boolean waited) {
        ObjectNode answer = Console.body();
        ArrayNode value = answer.putArray("value");
        placed.actions().forEach(value::add);
        ArrayNode refused = answer.putArray("refused");
        placed.refused().forEach(refused::add);
        if (console.screen().people()) {
            placed.refused()
                    .forEach(one ->
                            value.add(one.deepCopy().put("status", "Refused").put("id", "-")));
        }
        console.list(answer, placed.actions().stream().anyMatch(action -> action.has("file")) ? WITH_FILES : COLUMNS);
        return status(placed, waited);
    }

    /** An action with one more property. */
    static JsonNode with(JsonNode action, String property, String value) {
        ObjectNode more = Console.body();
        action.properties().forEach(one -> more.set(one.getKey(), one.getValue()));
        return more.put(property, value);
    }

    private static int status(Placed placed, boolean waited) {
        if (waited) {
            boolean failed = placed.actions().stream()
                    .anyMatch(action ->
                            !Following.open(action) && !Following.status(action).equals("Succeeded"));
            if (failed) {
                return ExitCode.ACTION_FAILED;
            }
            if (placed.actions().stream().anyMatch(Following::open)) {
                return ExitCode.TIMED_OUT;
            }
        }
        return placed.refused().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The name of the machine that an action is for. */
    static String machine(JsonNode action) {
        String id = action.path("machineId").asString("");
        return action.path("computerDnsName").asString(id);
    }

    private static String detail(JsonNode action) {
        String message = action.path("outcome").path("message").asString("");
        return message.isEmpty() ? action.path("message").asString("") : message;
    }
}
