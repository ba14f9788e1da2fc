package dev.cordon.cli;

import dev.cordon.cli.output.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Follows machine actions until all are over, with bars on a terminal: by the server's stream of events where it can be
 * had, by looking again and again where not. On a terminal it looks besides, for how far an action is makes no event.
 */
final class Following {

    private static final Set<String> OPEN = Set.of("Pending", "InProgress");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(150);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** Between two looks while all that happens is heard. */
    private static final Duration HEARING = Duration.ofSeconds(30);

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
        if (open(latest).isEmpty()) {
            return List.copyOf(latest.values());
        }
        Duration pause = FIRST_PAUSE;
        long looked = System.nanoTime();
        try (var _ = new Interruption(() -> console.screen().say(unfinished(latest.keySet())));
                Progress progress = new Progress(console.screen());
                Listening listening = new Listening(console.session(), "kinds=action")) {
            for (List<String> open = open(latest); !open.isEmpty(); open = open(latest)) {
                progress.draw(lines(latest));
                long now = System.nanoTime();
                if (now > deadline) {
                    break;
                }
                boolean bars = progress.visible() && latest.size() <= SINGLY;
                Duration apart = listening.live() && !bars ? HEARING : pause;
                long next = looked + apart.toNanos() - now;
                Optional<Listening.Heard> heard = listening.next(Duration.ofNanos(Math.min(next, deadline - now + 1)));
                if (heard.filter(Listening.Heard::isEvent).isPresent()) {
                    take(heard.get().event().path("action"), latest);
                } else {
                    look(open, latest);
                    looked = System.nanoTime();
                    pause = min(pause.multipliedBy(5).dividedBy(4), LONGEST_PAUSE);
                }
            }
        }
        return List.copyOf(latest.values());
    }

    private static String unfinished(Set<String> ids) {
        return "Not waited for to the end; what was ordered goes on. To go on waiting: cordon actions watch"
                + (ids.size() <= SINGLY ? " " + String.join(" ", ids) : "");
    }

    private static void take(JsonNode action, Map<String, JsonNode> latest) {
        latest.computeIfPresent(action.path("id").asString(""), (_, _) -> action);
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
}
