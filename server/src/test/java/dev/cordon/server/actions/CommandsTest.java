package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.ADMINISTRATOR;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.BreakGlassCode;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Command.OrderCase;
import dev.cordon.protocol.wire.Direction;
import dev.cordon.protocol.wire.IsolationExclusion;
import dev.cordon.protocol.wire.IsolationMode;
import dev.cordon.server.identity.ExecutionSettings;
import dev.cordon.server.identity.IsolationSettings;
import dev.cordon.server.identity.IsolationSettings.Exclusion;
import dev.cordon.server.identity.IsolationSettings.Flow;
import dev.cordon.server.identity.IsolationSettings.Transport;
import dev.cordon.server.identity.ObjectSettings;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.store.Engine;
import dev.cordon.server.store.Instants;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jooq.impl.DSL;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is signed, in which order it leaves, and when it no longer does. */
final class CommandsTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnIsolationIsSelectiveThenItsCommandHasTheTenantsExclusionsAndBounds(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var exclusion = new Exclusion(
                    "mail",
                    List.of("192.0.2.0/24"),
                    List.of(443),
                    Optional.of(Transport.TCP),
                    Optional.empty(),
                    Optional.empty(),
                    Flow.OUTBOUND);
            var ofUser = new Exclusion(
                    "backup",
                    List.of(),
                    List.of(),
                    Optional.of(Transport.UDP),
                    Optional.of("backup"),
                    Optional.empty(),
                    Flow.OUTBOUND);
            var ofService = new Exclusion(
                    "updates",
                    List.of("198.51.100.0/24"),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("updates.service"),
                    Flow.OUTBOUND);
            settings(
                    world,
                    new TenantSettings(
                            new IsolationSettings(List.of(exclusion, ofUser, ofService), 45),
                            ExecutionSettings.DEFAULT,
                            ObjectSettings.DEFAULT,
                            Duration.ofHours(1)));
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine, "Selective");
            var command = world.take(machine).getFirst();
            assertThat(command.getTenantId()).isEqualTo(world.tenant);
            assertThat(command.getMachineId()).isEqualTo(machine);
            assertThat(command.getActionId()).isEqualTo(action);
            assertThat(command.getSequence()).isPositive();
            assertThat(Instants.instant(command.getIssuedAtMicros())).isEqualTo(world.now());
            assertThat(Instants.instant(command.getExpiresAtMicros()))
                    .isEqualTo(world.now().plus(Duration.ofHours(1)));
            assertThat(command.getIsolate().getMode()).isEqualTo(IsolationMode.ISOLATION_MODE_SELECTIVE);
            assertThat(command.getIsolate().getDeadManSeconds()).isEqualTo(45);
            assertThat(command.getIsolate().getBreakGlassHash().size()).isEqualTo(32);
            assertThat(command.getIsolate().getExclusionsList())
                    .containsExactly(
                            IsolationExclusion.newBuilder()
                                    .setName("mail")
                                    .addDestinations("192.0.2.0/24")
                                    .addPorts(443)
                                    .setProtocol("tcp")
                                    .setDirection(Direction.DIRECTION_OUTBOUND)
                                    .build(),
                            IsolationExclusion.newBuilder()
                                    .setName("backup")
                                    .setProtocol("udp")
                                    .setUser("backup")
                                    .setDirection(Direction.DIRECTION_OUTBOUND)
                                    .build(),
                            IsolationExclusion.newBuilder()
                                    .setName("updates")
                                    .addDestinations("198.51.100.0/24")
                                    .setService("updates.service")
                                    .setDirection(Direction.DIRECTION_OUTBOUND)
                                    .build());

            var full = world.enroll("n.example.com");
            world.isolate(full, "Full");
            var whole = world.take(full).getFirst().getIsolate();
            assertThat(whole.getMode()).isEqualTo(IsolationMode.ISOLATION_MODE_FULL);
            assertThat(whole.getExclusionsList()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenCommandsWaitThenTheyLeaveInOrderAndAgainUntilTheyAreAcknowledgedBehind(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            world.unisolate(machine);
            assertThat(world.woken).containsExactly(world.ref(machine), world.ref(machine));
            var first = world.take(machine);
            assertThat(first).extracting(Command::getOrderCase).containsExactly(OrderCase.ISOLATE, OrderCase.RELEASE);
            assertThat(first.get(1).getSequence()).isGreaterThan(first.get(0).getSequence());
            assertThat(world.take(machine)).isEqualTo(first);
            assertThat(world.outbox.take(world.ref(machine), 0, 1)).hasSize(1);
            assertThat(world.outbox.take(world.ref(machine), first.get(0).getSequence(), 10))
                    .singleElement()
                    .extracting(delivery -> delivery.sequence())
                    .isEqualTo(first.get(1).getSequence());
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineIsConnectedThenTheCommandIsDeliveredAsItIsMadeAndStillFoundAgain(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.connected.set(true);
            var action = world.isolate(machine);
            assertThat(world.woken).isEmpty();
            assertThat(world.outbox.take(world.ref(machine), 0, 10)).isEqualTo(world.handedOver);
            assertThat(world.handedOver).hasSize(1);
            world.post(RESPONDER, "/api/machineactions/" + action + "/cancel", "{\"Comment\":\"c\"}");
            assertThat(world.action(action).get("status").asString())
                    .as("only the machine can say now whether it was cancelled")
                    .isEqualTo("Pending");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenACommandHasExpiredThenItIsNotHandedOut(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            world.pass(Duration.ofDays(3));
            assertThat(world.take(machine)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTimeIsOverThenTheActionEndsButNotBeforeALateReportHadItsChance(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var actions = java.util.stream.IntStream.range(0, 120)
                    .mapToObj(i -> world.isolate(world.enroll("m" + i + ".example.com")))
                    .toList();
            world.pass(Duration.ofDays(3));
            assertThat(world.expiry.runOnce()).isZero();
            world.pass(Duration.ofMinutes(14));
            assertThat(world.expiry.runOnce()).isEqualTo(120);
            assertThat(world.expiry.runOnce()).isZero();
            for (var id : actions) {
                var action = world.action(id);
                assertThat(action.get("status").asString()).isEqualTo("TimeOut");
                assertThat(action.get("errorHResult").asInt()).isEqualTo(-2145844840);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnythingInTheTransactionFailsThenNothingOfTheActionStays(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var others = world.audited().size();
            world.database.write(sql -> sql.execute("ALTER TABLE audit_entries RENAME TO audit_entries_away"));
            var reply = world.post(
                    RESPONDER, "/api/machines/" + machine + "/isolate", "{\"Comment\":\"c\"}", "Idempotency-Key", "k");
            assertThat(reply.status()).as(reply.body()).isGreaterThanOrEqualTo(500);
            world.database.write(sql -> sql.execute("ALTER TABLE audit_entries_away RENAME TO audit_entries"));
            for (var table : List.of("machine_actions", "commands", "idempotency_keys")) {
                assertThat(world.count(table)).as(table).isZero();
            }
            assertThat(world.desired(machine)).isEqualTo("None");
            assertThat(world.audited()).hasSize(others);
            assertThat(world.woken).isEmpty();
            var again = world.post(
                    RESPONDER, "/api/machines/" + machine + "/isolate", "{\"Comment\":\"c\"}", "Idempotency-Key", "k");
            assertThat(again.status()).isEqualTo(201);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheBreakGlassCodeIsAskedForThenItFitsTheIsolationInForceAndIsAudited(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var path = "/cordon/v1/machines/" + machine + "/break-glass-code";
            var action = world.isolate(machine);
            assertThat(world.post(ADMINISTRATOR, path, "").errorCode()).isEqualTo("ResourceNotFound");
            var order = world.deliver(machine).getFirst();
            world.reports.succeeded(order, "Full");
            world.isolate(machine, "Selective");

            var reply = world.post(ADMINISTRATOR, path, "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text("actionId")).isEqualTo(action);
            var code = reply.text("code");
            assertThat(code).matches("[A-Z2-7]{5}(-[A-Z2-7]{5}){3}");
            assertThat(BreakGlassCode.parse(code).hash())
                    .isEqualTo(order.getIsolate().getBreakGlassHash().toByteArray());
            assertThat(world.audited().getLast())
                    .startsWith("Administrator (a4) break-glass.handed-out machine:" + machine)
                    .doesNotContain(code)
                    .doesNotContain(code.replace("-", ""));

            world.reports.failed(world.deliver(machine).getLast(), 1, "no");
            assertThat(world.post(ADMINISTRATOR, path, "").text("code")).isEqualTo(code);
            world.unisolate(machine);
            var release = world.deliver(machine).getLast();
            assertThat(world.post(ADMINISTRATOR, path, "").text("code")).isEqualTo(code);
            world.reports.succeeded(release, "None");
            assertThat(world.post(ADMINISTRATOR, path, "").errorCode()).isEqualTo("ResourceNotFound");
            int codes = world.database.read(sql -> sql.fetchCount(
                    ActionTables.Outgoing.TABLE,
                    ActionTables.Outgoing.BREAK_GLASS.eq(DSL.val(
                            code.replace("-", "").getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                            ActionTables.Outgoing.BREAK_GLASS))));
            assertThat(codes).isZero();
        }
    }

    private static void settings(ActionWorld world, TenantSettings settings) {
        world.database.write(sql -> {
            world.tenants.changeSettings(sql, world.tenant, settings);
            return 0;
        });
    }
}
