package dev.cordon.server.events;

import dev.cordon.server.actions.ActionTexts;
import dev.cordon.server.feed.Event;
import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.machines.FleetReads;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as others are shown it: with the machine and the action that it is about, as they were when the event was
 * read.
 *
 * @param group machine group of the machine it is about; 0 without one
 * @param json one line
 * @param plainJson the same without the machine and the action
 */
record ShownEvent(Event event, long group, String json, String plainJson) {

    /** The events above a number, lowest first; three queries, whatever their number. */
    static List<ShownEvent> after(DSLContext sql, String tenantId, long number, int most) {
        var events = FeedReader.after(sql, tenantId, number, most);
        if (events.isEmpty()) {
            return List.of();
        }
        var machines = FleetReads.rows(sql, tenantId, ids(events, Event::machineId));
        var actions = ActionTexts.of(sql, tenantId, ids(events, Event::actionId));
        return events.stream().map(event -> of(event, machines, actions)).toList();
    }

    private static ShownEvent of(Event event, Map<String, ObjectNode> machines, Map<String, ObjectNode> actions) {
        var json = Json.MAPPER.createObjectNode();
        json.put("number", event.number());
        json.put("time", ApiJson.instant(event.at()));
        json.put("kind", event.kind());
        json.put("actor", event.actor());
        json.put("subject", event.subject());
        json.put("machineId", event.machineId());
        json.put("actionId", event.actionId());
        json.set("detail", Json.MAPPER.readTree(event.detail()));
        var plain = Json.MAPPER.writeValueAsString(json);
        var machine = event.machineId() == null ? null : machines.get(event.machineId());
        json.set("machine", machine == null ? Json.MAPPER.nullNode() : machine);
        var action = event.actionId() == null ? null : actions.get(event.actionId());
        json.set("action", action == null ? Json.MAPPER.nullNode() : action);
        long group = machine == null ? 0 : machine.get("rbacGroupId").longValue();
        return new ShownEvent(event, group, Json.MAPPER.writeValueAsString(json), plain);
    }

    private static Collection<String> ids(List<Event> events, Function<Event, @Nullable String> id) {
        return events.stream().map(id).filter(Objects::nonNull).collect(Collectors.toSet());
    }
}
