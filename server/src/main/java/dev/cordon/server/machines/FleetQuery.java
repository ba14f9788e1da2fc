package dev.cordon.server.machines;

import static dev.cordon.server.machines.MachineTable.AGENT_VERSION;
import static dev.cordon.server.machines.MachineTable.COMPUTER_DNS_NAME;
import static dev.cordon.server.machines.MachineTable.CONNECTED;
import static dev.cordon.server.machines.MachineTable.DEVICE_VALUE;
import static dev.cordon.server.machines.MachineTable.FIRST_SEEN;
import static dev.cordon.server.machines.MachineTable.HEALTH_STATUS;
import static dev.cordon.server.machines.MachineTable.ID;
import static dev.cordon.server.machines.MachineTable.LAST_EXTERNAL_IP_ADDRESS;
import static dev.cordon.server.machines.MachineTable.LAST_IP_ADDRESS;
import static dev.cordon.server.machines.MachineTable.LAST_SEEN;
import static dev.cordon.server.machines.MachineTable.ONBOARDING_STATUS;
import static dev.cordon.server.machines.MachineTable.OS_PLATFORM;
import static dev.cordon.server.machines.MachineTable.RBAC_GROUP_ID;
import static dev.cordon.server.machines.MachineTable.RBAC_GROUP_NAME;
import static dev.cordon.server.machines.MachineTable.SEQ;
import static dev.cordon.server.machines.MachineTable.TAG;
import static dev.cordon.server.machines.MachineTable.TAGS;
import static dev.cordon.server.machines.MachineTable.VERSION;
import static dev.cordon.server.machines.MachineTable.ofThisMachine;

import dev.cordon.server.web.ApiException;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SortField;
import org.jooq.impl.DSL;

/**
 * What a table of machines asks for: which machines, in which order, from which row on. Several values of one parameter
 * are separated by commas, and one of them is enough; several parameters must all be met. Immutable.
 */
record FleetQuery(Condition condition, List<SortField<?>> order, int skip, int top) {

    private static final int USUAL = 100;
    private static final int MOST = 1_000;
    private static final int MOST_SKIPPED = 10_000_000;
    private static final int LONGEST = 200;

    private static final Map<String, Field<?>> ORDERS = new TreeMap<>(Map.ofEntries(
            Map.entry("computerDnsName", COMPUTER_DNS_NAME),
            Map.entry("lastSeen", LAST_SEEN),
            Map.entry("firstSeen", FIRST_SEEN),
            Map.entry("healthStatus", HEALTH_STATUS),
            Map.entry("connected", CONNECTED),
            Map.entry("osPlatform", OS_PLATFORM),
            Map.entry("version", VERSION),
            Map.entry("agentVersion", AGENT_VERSION),
            Map.entry("lastIpAddress", LAST_IP_ADDRESS),
            Map.entry("rbacGroupName", RBAC_GROUP_NAME),
            Map.entry("isolation", DSL.coalesce(Aspects.ISOLATION.desired(), MachineState.NONE)),
            Map.entry("execution", DSL.coalesce(Aspects.EXECUTION.desired(), MachineState.NONE)),
            Map.entry("openActions", Aspects.OPEN_ACTIONS)));

    private static final Map<String, Condition> STATES = new TreeMap<>(Map.of(
            "isolated", Aspects.ISOLATION.inForce(),
            "restricted", Aspects.EXECUTION.inForce(),
            "drifted", Aspects.NOTHING_OPEN.and(Aspects.ISOLATION.differs().or(Aspects.EXECUTION.differs())),
            "busy", DSL.not(Aspects.NOTHING_OPEN),
            "connected", CONNECTED.isTrue(),
            "disconnected", CONNECTED.isFalse()));

    FleetQuery {
        order = List.copyOf(order);
    }

    static FleetQuery of(Context http) {
        var conditions = new ArrayList<Condition>();
        parameter(http, "search").map(FleetQuery::search).ifPresent(conditions::add);
        words(http, "state").map(FleetQuery::states).ifPresent(conditions::add);
        words(http, "healthStatus").map(HEALTH_STATUS::in).ifPresent(conditions::add);
        words(http, "onboardingStatus").map(ONBOARDING_STATUS::in).ifPresent(conditions::add);
        words(http, "osPlatform").map(OS_PLATFORM::in).ifPresent(conditions::add);
        words(http, "agentVersion").map(AGENT_VERSION::in).ifPresent(conditions::add);
        words(http, "deviceValue").map(DEVICE_VALUE::in).ifPresent(conditions::add);
        words(http, "id").map(ID::in).ifPresent(conditions::add);
        words(http, "rbacGroupId").map(FleetQuery::groups).ifPresent(conditions::add);
        words(http, "tag")
                .map(tags -> DSL.exists(DSL.selectOne().from(TAGS).where(ofThisMachine(), TAG.in(tags))))
                .ifPresent(conditions::add);
        return new FleetQuery(
                DSL.and(conditions),
                order(http),
                number(http, "skip", 0, MOST_SKIPPED, 0),
                number(http, "top", 0, MOST, USUAL));
    }

    /** Part of a name, of an address, of a tag or of the group's name; or the start of an id. */
    private static Condition search(String text) {
        var part = text.toLowerCase(Locale.ROOT);
        return DSL.or(
                holds(COMPUTER_DNS_NAME, part),
                ID.startsWith(part),
                holds(LAST_IP_ADDRESS, part),
                holds(LAST_EXTERNAL_IP_ADDRESS, part),
                holds(RBAC_GROUP_NAME, part),
                DSL.exists(DSL.selectOne().from(TAGS).where(ofThisMachine(), holds(TAG, part))));
    }

    private static Condition holds(Field<String> field, String part) {
        return DSL.position(DSL.lower(field), DSL.val(part)).gt(0);
    }

    private static Condition states(List<String> words) {
        return DSL.or(words.stream()
                .map(word -> Optional.ofNullable(STATES.get(word))
                        .orElseThrow(() -> refused("state", word, String.join(", ", STATES.keySet()))))
                .toList());
    }

    private static Condition groups(List<String> words) {
        try {
            return RBAC_GROUP_ID.in(words.stream().map(Long::valueOf).toList());
        } catch (NumberFormatException e) {
            throw ApiException.invalidInput("The query parameter rbacGroupId takes numbers of machine groups.");
        }
    }

    private static List<SortField<?>> order(Context http) {
        var words = parameter(http, "orderBy").orElse("computerDnsName").split("\\s+", 2);
        var field = Optional.<Field<?>>ofNullable(ORDERS.get(words[0]))
                .orElseThrow(() -> refused("orderBy", words[0], String.join(", ", ORDERS.keySet())));
        boolean descending = words.length > 1 && words[1].equalsIgnoreCase("desc");
        if (words.length > 1 && !descending && !words[1].equalsIgnoreCase("asc")) {
            throw refused("orderBy", words[1], "asc and desc, after a blank");
        }
        return List.of(
                descending ? field.desc().nullsLast() : field.asc().nullsLast(), descending ? SEQ.desc() : SEQ.asc());
    }

    private static Optional<List<String>> words(Context http, String name) {
        return parameter(http, name)
                .map(text -> Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .distinct()
                        .limit(MOST)
                        .toList())
                .filter(words -> !words.isEmpty());
    }

    private static Optional<String> parameter(Context http, String name) {
        var given =
                Optional.ofNullable(http.queryParam(name)).map(String::strip).filter(text -> !text.isEmpty());
        if (!name.equals("id") && given.filter(text -> text.length() > LONGEST).isPresent()) {
            throw ApiException.invalidInput("The query parameter " + name + " is longer than " + LONGEST + ".");
        }
        return given;
    }

    private static int number(Context http, String name, int least, int most, int usual) {
        var given = http.queryParam(name);
        if (given == null || given.isEmpty()) {
            return usual;
        }
        try {
            int number = Integer.parseInt(given);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, like a number out of bounds
        }
        throw ApiException.invalidInput(
                "The query parameter " + name + " must be a whole number from " + least + " to " + most + ".");
    }

    private static ApiException refused(String name, String word, String known) {
        var shown = word.length() > 40 ? word.substring(0, 40) + "…" : word;
        return ApiException.invalidInput(
                "The query parameter " + name + " does not know '" + shown + "'; it takes " + known + ".");
    }
}
