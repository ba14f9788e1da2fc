package dev.cordon.cli;

import dev.cordon.cli.output.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Follows machine actions until all are over, with bars on a terminal. */
final class Following {

    private static final Set<String> OPEN = Set.of("Pending", "InProgress");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(150);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int SINGLY = 8;
    private static final int PIECE = 40;

    private final Console console;

    Following(Console console) {
        this.console = console;
    }

    static boolean open(JsonNode action) {
        return OPEN.contains(status(action));
    }

    static String status(JsonNode action) {
        return action.path("status").asString("");
    }

    /**
     * The actions as they are when all are over, or when patience is.
     *
     * @param actions as they were last seen
     */
    List<JsonNode> await(List<JsonNode> actions, Duration patience) {
        Map<String, JsonNode> latest = new LinkedHashMap<>();
        actions.forEach(action -> latest.put(action.path("id").asString(), action));
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        try (Progress progress = new Progress(console.screen())) {
            for (List<String> open = open(latest); !open.isEmpty(); open = open(latest)) {
                progress.draw(lines(latest));
                if (System.nanoTime() > deadline) {
                    break;
                }
                pause(pause);
                pause = min(pause.multipliedBy(5).dividedBy(4), LONGEST_PAUSE);
                look(open, latest);
            }
        }
        return List.copyOf(latest.values());
    }

    private static List<String> open(Map<String, JsonNode> latest) {
        return latest.entrySet().stream()
                .filter(entry -> open(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A few are asked for one by one, because then the server tells how far they are. */
    private void look(List<String> open, Map<String, JsonNode> latest) {
        if (open.size() <= SINGLY) {
            open.forEach(id -> latest.put(id, detail(id)));
            return;
        }
        for (int from = 0; from < open.size(); from += PIECE) {
            String ids = open.subList(from, Math.min(open.size(), from + PIECE)).stream()
                    .map(Targets::quoted)
                    .collect(Collectors.joining(","));
            console.all("/api/machineactions?$filter=" + Console.encoded("id in (" + ids + ")"))
                    .path("value")
                    .forEach(action -> latest.put(action.path("id").asString(), action));
        }
    }

    /** All that the server knows of an action. */
    JsonNode detail(String id) {
        return console.get("/cordon/v1/machineactions/" + Console.encoded(id));
    }

    private static List<Progress.Line> lines(Map<String, JsonNode> latest) {
        if (latest.size() > SINGLY) {
            long over = latest.values().stream().filter(action -> !open(action)).count();
            long bad = latest.values().stream()
                    .filter(action -> !open(action) && !status(action).equals("Succeeded"))
                    .count();
            String text = over + " of " + latest.size() + " over" + (bad == 0 ? "" : ", " + bad + " not succeeded");
            return List.of(new Progress.Line(
                    latest.size() + " machines", OptionalInt.of((int) (over * 100 / latest.size())), text));
        }
        List<Progress.Line> lines = new ArrayList<>();
        for (JsonNode action : latest.values()) {
            JsonNode progress = action.path("progress");
            OptionalInt percent = open(action)
                    ? (progress.isObject()
                            ? OptionalInt.of(progress.path("percent").asInt(0))
                            : OptionalInt.empty())
                    : OptionalInt.of(100);
            String doing = open(action) ? progress.path("doing").asString("") : "";
            lines.add(new Progress.Line(
                    action.path("computerDnsName")
                            .asString(action.path("machineId").asString("")),
                    percent,
                    doing.isEmpty() ? status(action) : status(action) + ": " + doing));
        }
        return lines;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
