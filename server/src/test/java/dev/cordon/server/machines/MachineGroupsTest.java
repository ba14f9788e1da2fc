package dev.cordon.server.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.MachineId;
import dev.cordon.server.machines.MachineGroup.Condition;
import dev.cordon.server.machines.MachineGroup.Operator;
import dev.cordon.server.machines.MachineGroup.Property;
import dev.cordon.server.machines.MachineGroup.Rule;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MachineGroupsTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineMeetsSeveralRulesThenTheGroupOfLowestRankHasIt(Engine engine) {
        try (var inventory = new Inventory(engine)) {
            var web = inventory.enroll("web-1.example.com");
            var database = inventory.enroll("db-1.example.com");
            group(inventory, "Everything", 9, rule(Property.OS_PLATFORM, Operator.EQUALS, "debian"));
            long servers = group(inventory, "Web", 1, rule(Property.NAME, Operator.STARTS_WITH, "WEB-"));
            assertThat(inventory.get(web).rbacGroupName()).isEqualTo("Web");
            assertThat(inventory.get(web).rbacGroupId()).isEqualTo(servers);
            assertThat(inventory.get(database).rbacGroupName()).isEqualTo("Everything");
            assertThat(inventory.get(inventory.enroll("web-2.example.com")).rbacGroupName())
                    .isEqualTo("Web");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAGroupIsDeletedThenItsMachinesGoToTheNextOrToNone(Engine engine) {
        try (var inventory = new Inventory(engine)) {
            var machine = inventory.enroll("web-1.example.com");
            long first = group(inventory, "First", 1, new Rule(List.of(), List.of(machine.value())));
            group(inventory, "Second", 2, rule(Property.NAME, Operator.CONTAINS, "web"));
            assertThat(inventory.get(machine).rbacGroupName()).isEqualTo("First");
            inventory.database.write(sql -> {
                inventory.machines.groups().delete(sql, Inventory.TENANT, first);
                return 0;
            });
            assertThat(inventory.get(machine).rbacGroupName()).isEqualTo("Second");
            inventory.database.write(sql -> {
                inventory.machines.groups().delete(sql, Inventory.TENANT, first + 1);
                return 0;
            });
            assertThat(inventory.get(machine).rbacGroupId()).isZero();
            assertThat(inventory.get(machine).rbacGroupName()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAUserReachesOneGroupThenListsHoldNoOtherMachineAndOthersAreForbidden(Engine engine) {
        try (var inventory = new Inventory(engine)) {
            var ours = inventory.enroll("web-1.example.com");
            var theirs = inventory.enroll("db-1.example.com");
            long group = group(inventory, "Web", 1, rule(Property.NAME, Operator.STARTS_WITH, "web"));
            try (var api = new Users(inventory, new MachineScope.Groups(Set.of(group)))) {
                assertThat(api.names("/api/machines")).containsExactly("web-1.example.com");
                assertThat(api.send("GET", "/api/machines/$count", "").body()).isEqualTo("1");
                assertThat(api.names("/api/machines?$filter=computerDnsName%20eq%20'db-1.example.com'"))
                        .isEmpty();
                assertThat(api.send("GET", "/api/machines/" + ours.value(), "").statusCode())
                        .isEqualTo(200);
                assertThat(api.send("GET", "/api/machines/" + theirs.value(), "")
                                .statusCode())
                        .isEqualTo(403);
                assertThat(api.send("GET", "/api/machines/" + "0".repeat(40), "")
                                .statusCode())
                        .isEqualTo(404);
                assertThat(api.tag(theirs).statusCode()).isEqualTo(403);
                assertThat(api.tag(ours).statusCode()).isEqualTo(200);
            }
            try (var api = new Users(inventory, MachineScope.NONE)) {
                assertThat(api.names("/api/machines")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenATagIsSetThenTheMachineChangesItsGroup(Engine engine) {
        try (var inventory = new Inventory(engine)) {
            var machine = inventory.enroll("web-1.example.com");
            group(inventory, "Tagged", 1, rule(Property.TAG, Operator.EQUALS, "seen"));
            try (var api = new Users(inventory, MachineScope.ALL)) {
                assertThat(api.tag(machine).statusCode()).isEqualTo(200);
            }
            assertThat(inventory.get(machine).rbacGroupName()).isEqualTo("Tagged");
        }
    }

    private static long group(Inventory inventory, String name, long rank, Rule rule) {
        return inventory.database.write(sql -> inventory
                .machines
                .groups()
                .create(sql, Inventory.TENANT, name, rank, rule)
                .id());
    }

    private static Rule rule(Property property, Operator operator, String value) {
        return new Rule(List.of(new Condition(property, operator, value)), List.of());
    }

    /** The inventory's API for a user whose one role reaches the given machines. */
    private static final class Users implements AutoCloseable {

        private final WebServer server;
        private final HttpClient http = HttpClient.newHttpClient();

        Users(Inventory inventory, MachineScope machines) {
            var caller = new Caller(
                    Inventory.TENANT,
                    "user-1",
                    "ada@example.com",
                    Caller.Context.USER,
                    Set.of("Machine.Read", "Machine.ReadWrite"),
                    List.of(new PortalRole("Role", Set.of(PortalPermission.values()), machines)));
            server = new WebServer(WebSettings.plainForTests(), token -> caller, inventory.machines.routes());
            server.start();
        }

        List<String> names(String path) {
            var answer = send("GET", path, "");
            var names = new ArrayList<String>();
            Json.MAPPER
                    .readTree(answer.body())
                    .get("value")
                    .forEach(machine -> names.add(machine.get("computerDnsName").stringValue()));
            return names.stream().sorted().collect(Collectors.toList());
        }

        HttpResponse<String> tag(MachineId machine) {
            return send(
                    "POST", "/api/machines/" + machine.value() + "/tags", "{\"Value\":\"seen\",\"Action\":\"Add\"}");
        }

        HttpResponse<String> send(String method, String path, String body) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .timeout(Duration.ofSeconds(20))
                    .header("Authorization", "Bearer token")
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                return http.send(request, HttpResponse.BodyHandlers.ofString());
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            http.close();
            server.close();
        }
    }
}
