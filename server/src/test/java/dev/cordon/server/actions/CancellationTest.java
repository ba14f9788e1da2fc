package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Command.OrderCase;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A cancellation never claims more than is known. */
final class CancellationTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheCommandIsStillHereThenItIsWithdrawnAtOnce(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            assertThat(world.desired(machine)).isEqualTo("Full");
            world.pass(Duration.ofSeconds(5));
            var reply = world.cancel(action);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text("id")).isEqualTo(action);
            assertThat(reply.text("status")).isEqualTo("Cancelled");
            assertThat(reply.text("cancellationRequestor")).isEqualTo("Response bot");
            assertThat(reply.text("cancellationComment")).isEqualTo("changed");
            assertThat(reply.text("cancellationDateTimeUtc")).isEqualTo("2026-03-05T10:15:35.12Z");
            assertThat(reply.text("lastUpdateDateTimeUtc")).isEqualTo("2026-03-05T10:15:35.12Z");
            assertThat(reply.json().get("errorHResult").asInt()).isEqualTo(-2147467260);
            assertThat(world.take(machine)).isEmpty();
            assertThat(world.desired(machine)).isEqualTo("None");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheCommandWasHandedOutThenOnlyTheMachineCanConfirm(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            var order = world.deliver(machine).getFirst();
            var reply = world.cancel(action);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.text("status")).isEqualTo("Pending");
            assertThat(reply.text("cancellationRequestor")).isEqualTo("Response bot");
            assertThat(reply.json().get("cancellationDateTimeUtc").isNull()).isTrue();
            assertThat(reply.json().get("errorHResult").asInt()).isZero();
            assertThat(world.desired(machine)).isEqualTo("Full");

            var cancel = world.deliver(machine).getLast();
            assertThat(cancel.getOrderCase()).isEqualTo(OrderCase.CANCEL);
            assertThat(cancel.getCancel().getTargetSequence()).isEqualTo(order.getSequence());
            assertThat(cancel.getActionId()).isEqualTo(action);
            assertThat(cancel.getSequence()).isGreaterThan(order.getSequence());
            world.reports.answered(cancel, true);
            var after = world.action(action);
            assertThat(after.get("status").asString()).isEqualTo("Cancelled");
            assertThat(after.get("cancellationDateTimeUtc").isNull()).isFalse();
            assertThat(after.get("errorHResult").asInt()).isEqualTo(-2147467260);
            assertThat(world.desired(machine)).isEqualTo("None");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineWasFasterThenTheActionEndsByItsOutcome(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            var order = world.deliver(machine).getFirst();
            world.cancel(action);
            var cancel = world.deliver(machine).getLast();
            world.reports.answered(cancel, false);
            assertThat(world.status(action)).isEqualTo("Pending");
            world.reports.succeeded(order, "Full");
            assertThat(world.status(action)).isEqualTo("Succeeded");
            assertThat(world.action(action).get("cancellationDateTimeUtc").isNull())
                    .isTrue();
            assertThat(world.desired(machine)).isEqualTo("Full");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenItIsAskedTwiceThenTheMachineIsAskedOnce(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            world.take(machine);
            world.cancel(action);
            var again = world.post(
                    ActionWorld.SECOND_RESPONDER, "/api/machineactions/" + action + "/cancel", "{\"Comment\":\"me\"}");
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.text("cancellationRequestor")).isEqualTo("Response bot");
            assertThat(world.take(machine)).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheActionHasEndedOrIsUnknownThenThatIsSaid(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            world.reports.succeeded(world.deliver(machine).getFirst(), "Full");
            var reply = world.cancel(action);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.errorCode()).isEqualTo("InvalidInput");
            assertThat(reply.errorMessage()).contains("Succeeded");
            for (var unknown : new String[] {"nonsense", "00000000-0000-0000-0000-000000000000", "%27or%27"}) {
                assertThat(world.cancel(unknown).errorCode()).isEqualTo("ResourceNotFound");
                assertThat(world.get(READER, "/api/machineactions/" + unknown).errorCode())
                        .isEqualTo("ResourceNotFound");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenNoBodyOrCommentIsSentThenItIsCancelledWithoutOne(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var action = world.isolate(world.enroll("m.example.com"));
            var reply = world.post(RESPONDER, "/api/machineactions/" + action + "/cancel", "");
            assertThat(reply.text("status")).isEqualTo("Cancelled");
            assertThat(reply.json().get("cancellationComment").isNull()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenACancellationIsRepeatedWithItsKeyThenItsAnswerIs(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var action = world.isolate(world.enroll("m.example.com"));
            var path = "/api/machineactions/" + action + "/cancel";
            for (int i = 0; i < 2; i++) {
                var reply = world.post(RESPONDER, path, "{\"Comment\":\"x\"}", "Idempotency-Key", "k");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.text("status")).isEqualTo("Cancelled");
                assertThat(reply.headers().containsKey("idempotency-replayed")).isEqualTo(i == 1);
            }
            var misused = world.post(RESPONDER, path, "{\"Comment\":\"y\"}", "Idempotency-Key", "k");
            assertThat(misused.errorCode()).isEqualTo("InvalidInput");
        }
    }

    /** The world's own check at closing finds any command that was both withdrawn and handed out. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenCancellationAndDeliveryRaceThenTheCommandIsEitherWithdrawnOrDelivered(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            for (int round = 0; round < 25; round++) {
                var machine = world.enroll("m" + round + ".example.com");
                var action = world.isolate(machine);
                var taken = new ArrayList<Command>();
                var delivery = CompletableFuture.runAsync(() -> taken.addAll(world.take(machine)));
                assertThat(world.cancel(action).status()).isEqualTo(200);
                delivery.join();
                boolean delivered = taken.stream().anyMatch(command -> command.getOrderCase() == OrderCase.ISOLATE);
                assertThat(world.status(action)).isEqualTo(delivered ? "Pending" : "Cancelled");
                assertThat(world.take(machine)).hasSize(delivered ? 2 : 0);
            }
        }
    }
}
