package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import dev.cordon.cli.output.Values;
import dev.cordon.cli.output.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Machines for people: what the API lists, and beside it how each stands to what was asked of it, in the words of the web
 * console. Scripts get the API's list as it is.
 */
final class Fleet {

    static final String PATH = "/api/machines";

    /** Of a list that is short, the states are asked for by id; else those of all machines, a page at a time. */
    private static final int BY_ID = 100;

    private static final int PAGE = 1000;
    private static final String STATE = "state";

    static final Column[] COLUMNS = {
        Column.of("NAME", "computerDnsName"),
        Column.status("HEALTH", "healthStatus"),
        Column.of("PLATFORM", "osPlatform"),
        Column.of("VERSION", "osVersion").ifRoom(),
        Column.of("ADDRESS", "lastIpAddress"),
        Column.of("LAST SEEN", "lastSeen"),
        Column.of("TAGS", "machineTags").ifRoom(),
        Column.of("ID", "id").ifRoom()
    };

    private static final Column[] WITH_STATES = {
        COLUMNS[0],
        Column.status("STATE", STATE),
        COLUMNS[1],
        COLUMNS[2].ifRoom(),
        COLUMNS[4].ifRoom(),
        COLUMNS[5].ifRoom(),
        COLUMNS[6],
        COLUMNS[7],
    };

    private final Console console;

    Fleet(Console console) {
        this.console = console;
    }

    /** Shows the machines that a query of the API lets through. */
    void show(String query) {
        ObjectNode machines = console.all(PATH + "?" + query);
        if (!console.screen().people()) {
            console.list(machines, COLUMNS);
            return;
        }
        show(machines);
    }

    /** Shows machines that the API answered with. */
    void show(ObjectNode machines) {
        console.list(withStates(machines), console.screen().people() ? WITH_STATES : COLUMNS);
    }

    /** Shows them on the terminal, as they are from moment to moment, until the person ends it. */
    void watch(String query, Optional<Integer> top) {
        int most = Math.min(top.orElse(Integer.MAX_VALUE), Window.room(console.screen()) + 1);
        String page = PATH + "?" + query + "&$top=" + most;
        new Watching(console).run("machine,machines,action", () -> withStates(console.all(page)), WITH_STATES);
    }

    private ObjectNode withStates(ObjectNode machines) {
        JsonNode list = machines.path("value");
        Map<String, JsonNode> rows = rows(list);
        ObjectNode joined = Console.body();
        ArrayNode value = joined.putArray("value");
        for (JsonNode machine : list) {
            JsonNode row = rows.get(machine.path("id").asString(""));
            value.add(row == null ? machine : Orders.with(machine, STATE, state(row)));
        }
        return joined;
    }

    private Map<String, JsonNode> rows(JsonNode machines) {
        Map<String, JsonNode> rows = new HashMap<>();
        if (machines.isEmpty()) {
            return rows;
        }
        if (machines.size() <= BY_ID) {
            List<String> ids = new ArrayList<>();
            machines.forEach(machine -> ids.add(machine.path("id").asString("")));
            add(rows, console.get("/cordon/v1/machines?top=" + PAGE + "&id=" + encoded(String.join(",", ids))));
            return rows;
        }
        JsonNode page;
        int skip = 0;
        do {
            page = console.get("/cordon/v1/machines?top=" + PAGE + "&skip=" + skip);
            add(rows, page);
            skip += PAGE;
        } while (page.path("value").size() == PAGE);
        return rows;
    }

    private static void add(Map<String, JsonNode> rows, JsonNode page) {
        page.path("value").forEach(row -> rows.put(row.path("id").asString(""), row));
    }

    /** What is so, or is on its way to be: what the machine said counts before what was asked of it. */
    static String state(JsonNode row) {
        if (!"Onboarded".equals(Values.text(row.path("onboardingStatus")))) {
            return "offboarded";
        }
        var words = new StringJoiner(", ");
        if (row.path("drift").asBoolean(false)) {
            words.add("drifted");
        }
        aspect(words, row.path("isolation"), "isolated", "isolating", "releasing");
        aspect(words, row.path("execution"), "restricted", "restricting", "allowing");
        words.add(row.path("connected").asBoolean(false) ? "online" : "offline");
        return words.toString();
    }

    private static void aspect(StringJoiner words, JsonNode aspect, String so, String soon, String soonNot) {
        String desired = Values.text(aspect.path("desired"));
        String observed = Values.text(aspect.path("observed"));
        if (inForce(observed)) {
            words.add(inForce(desired) ? so + (observed.equals("Selective") ? " (selective)" : "") : soonNot);
        } else if (inForce(desired)) {
            words.add(soon);
        }
    }

    private static boolean inForce(String value) {
        return !value.isEmpty() && !value.equals("None");
    }
}
