package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.NEIGHBOUR;
import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Engine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The list of machine actions as clients ask for it. */
final class ActionListTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheListIsReadThenTheNewestComeFirstAndEachIsWhole(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < 3; i++) {
                ids.add(world.isolate(world.enroll("m" + i + ".example.com")));
                world.pass(Duration.ofSeconds(1));
            }
            Collections.reverse(ids);
            var reply = world.get(READER, "/api/machineactions");
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            assertThat(reply.json().propertyNames()).containsExactly("@odata.context", "value");
            assertThat(reply.text("@odata.context")).isEqualTo(world.base() + "/api/$metadata#MachineActions");
            assertThat(ids(reply.json())).isEqualTo(ids);
            var single = world.action(ids.getFirst());
            var listed = reply.json().get("value").get(0);
            assertThat(listed.propertyNames())
                    .containsExactlyElementsOf(
                            single.propertyNames().stream().skip(1).toList());
            assertThat(listed.get("scope").asString()).isEqualTo("Full");
            assertThat(world.get(NEIGHBOUR, "/api/machineactions")
                            .json()
                            .get("value")
                            .size())
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheListIsFilteredAsClientsDoThenTheRightActionsAreThere(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var first = world.isolate(machine);
            world.pass(Duration.ofSeconds(10));
            world.reports.succeeded(world.deliver(machine).getFirst(), "Full");
            var second = world.unisolate(machine);
            world.pass(Duration.ofSeconds(10));
            var third = world.isolate(world.enroll("n.example.com"));

            assertThat(filtered(world, "id in ('" + first + "','" + third + "')&$top=1000&$count=true"))
                    .containsExactly(third, first);
            assertThat(filtered(world, "id eq " + second)).containsExactly(second);
            assertThat(filtered(world, "Status eq 'succeeded'")).containsExactly(first);
            assertThat(filtered(world, "machineId eq '" + machine + "' AND type eq 'Isolate'"))
                    .containsExactly(first);
            assertThat(filtered(world, "type eq 'RunAntiVirusScan' and requestor eq 'Response bot'"))
                    .isEmpty();
            assertThat(filtered(world, "requestor eq 'Response bot' and status ne 'Succeeded'"))
                    .containsExactly(third, second);
            assertThat(filtered(world, "creationDateTimeUtc gt 2026-03-05T10:15:30.12Z&$orderby=creationDateTimeUtc"))
                    .containsExactly(second, third);
            assertThat(filtered(
                            world,
                            "lastUpdateDateTimeUtc ge '2026-03-05T10:15:40Z'&$orderby=lastUpdateDateTimeUtc asc"))
                    .containsExactlyInAnyOrder(first, second, third)
                    .endsWith(third);
            assertThat(filtered(world, "lastUpdateTimeUtc ge 2026-03-05T10:15:50Z"))
                    .containsExactly(third);
            var counted = world.get(
                    READER, "/api/machineactions?$filter=" + encoded("status eq 'Pending'") + "&$count=true&$top=1");
            assertThat(counted.json().get("@odata.count").asInt()).isEqualTo(2);
            assertThat(ids(counted.json())).containsExactly(third);
            var number = world.get(READER, "/api/machineactions/$count?$filter=" + encoded("status eq 'Pending'"));
            assertThat(number.body()).isEqualTo("2");
            var wrong = world.get(READER, "/api/machineactions?$filter=" + encoded("colour eq 'red'"));
            assertThat(wrong.errorCode()).isEqualTo("ODataError");
            assertThat(world.get(RESPONDER, "/api/machineactions").status()).isEqualTo(403);
        }
    }

    private static List<String> filtered(ActionWorld world, String filterAndMore) {
        var parts = filterAndMore.split("&", 2);
        var more = parts.length == 1 ? "" : "&" + parts[1].replace(" ", "%20");
        var reply = world.get(READER, "/api/machineactions?$filter=" + encoded(parts[0]) + more);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return ids(reply.json());
    }

    private static List<String> ids(JsonNode list) {
        return list.get("value")
                .valueStream()
                .map(action -> action.get("id").asString())
                .toList();
    }

    private static String encoded(String filter) {
        return URLEncoder.encode(filter, StandardCharsets.UTF_8);
    }
}
