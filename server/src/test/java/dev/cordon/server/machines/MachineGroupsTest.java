package dev.cordon.server.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.MachineId;
import dev.cordon.server.machines.MachineGroup.Condition;
import dev.cordon.server.machines.MachineGroup.Operator;
import dev.cordon.server.machines.MachineGroup.Property;
import dev.cordon.server.machines.MachineGroup.Rule;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import java.util.List;
import java.util.Set;
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
            try (var api = user(inventory, new MachineScope.Groups(Set.of(group)))) {
                assertThat(names(api, "/api/machines")).containsExactly("web-1.example.com");
                assertThat(api.get("/api/machines/$count").body()).isEqualTo("1");
                assertThat(names(api, "/api/machines?$filter=computerDnsName eq 'db-1.example.com'"))
                        .isEmpty();
                assertThat(api.get("/api/machines/" + ours.value()).status()).isEqualTo(200);
                assertThat(api.get("/api/machines/" + theirs.value()).status()).isEqualTo(403);
                assertThat(api.get("/api/machines/" + "0".repeat(40)).status()).isEqualTo(404);
                assertThat(tag(api, theirs).status()).isEqualTo(403);
                assertThat(tag(api, ours).status()).isEqualTo(200);
            }
            try (var api = user(inventory, MachineScope.NONE)) {
                assertThat(names(api, "/api/machines")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenATagIsSetThenTheMachineChangesItsGroup(Engine engine) {
        try (var inventory = new Inventory(engine)) {
            var machine = inventory.enroll("web-1.example.com");
            group(inventory, "Tagged", 1, rule(Property.TAG, Operator.EQUALS, "seen"));
            try (var api = user(inventory, MachineScope.ALL)) {
                assertThat(tag(api, machine).status()).isEqualTo(200);
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
    private static Api user(Inventory inventory, MachineScope machines) {
        var caller = new Caller(
                Inventory.TENANT,
                "user-1",
                "ada@example.com",
                Caller.Context.USER,
                Set.of("Machine.Read", "Machine.ReadWrite"),
                List.of(new PortalRole("Role", Set.of(PortalPermission.values()), machines)));
        return new Api(inventory, caller);
    }

    private static List<String> names(Api api, String path) {
        return api.get(path)
                .json()
                .get("value")
                .valueStream()
                .map(machine -> machine.get("computerDnsName").stringValue())
                .sorted()
                .toList();
    }

    private static Api.Answer tag(Api api, MachineId machine) {
        return api.send("POST", "/api/machines/" + machine.value() + "/tags", Api.tag("seen", "Add"));
    }
}
