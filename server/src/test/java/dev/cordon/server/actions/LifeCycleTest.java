package dev.cordon.server.actions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.server.actions.LifeCycle.Event;
import dev.cordon.server.actions.LifeCycle.Transition;
import dev.cordon.server.store.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Walks every way through the life cycle over the real API, outbox, reports and expiry. */
final class LifeCycleTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "action-life-cycle.md");
    private static final Pattern MOVE =
            Pattern.compile("\\S.* action\\.(started|succeeded|failed|withdrawn|cancelled|expired) action:.*"
                    + "\"from\":\"(\\w+)\".*\"to\":\"(\\w+)\".*");

    /** One life each, on a machine of its own. */
    private static final List<BiConsumer<ActionWorld, String>> LIVES = List.of(
            (world, machine) -> {
                var action = world.isolate(machine);
                var command = world.deliver(machine).getFirst();
                assertThat(world.status(action)).isEqualTo("Pending");
                world.reports.started(command);
                assertThat(world.status(action)).isEqualTo("InProgress");
                world.reports.succeeded(command, "Full");
                assertThat(world.status(action)).isEqualTo("Succeeded");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.reports.succeeded(world.deliver(machine).getFirst(), "Full");
                assertThat(world.status(action)).isEqualTo("Succeeded");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.reports.refused(world.deliver(machine).getFirst(), RefusalReason.REFUSAL_REASON_MALFORMED);
                assertThat(world.status(action)).isEqualTo("Failed");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                var command = world.deliver(machine).getFirst();
                world.reports.started(command);
                world.reports.failed(command, 0, "no nftables");
                assertThat(world.status(action)).isEqualTo("Failed");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.cancel(action);
                assertThat(world.status(action)).isEqualTo("Cancelled");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.deliver(machine);
                world.cancel(action);
                assertThat(world.status(action)).isEqualTo("Pending");
                world.reports.answered(world.deliver(machine).getLast(), true);
                assertThat(world.status(action)).isEqualTo("Cancelled");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.reports.started(world.deliver(machine).getFirst());
                world.cancel(action);
                assertThat(world.status(action)).isEqualTo("InProgress");
                world.reports.answered(world.deliver(machine).getLast(), true);
                assertThat(world.status(action)).isEqualTo("Cancelled");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.pass(Duration.ofDays(4));
                world.expiry.runOnce();
                assertThat(world.status(action)).isEqualTo("TimeOut");
            },
            (world, machine) -> {
                var action = world.isolate(machine);
                world.reports.started(world.deliver(machine).getFirst());
                world.pass(Duration.ofDays(4));
                world.expiry.runOnce();
                assertThat(world.status(action)).isEqualTo("TimeOut");
            });

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEveryLifeWasLivedThenEveryDeclaredTransitionWasVisitedAndNoOther(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            for (int i = 0; i < LIVES.size(); i++) {
                LIVES.get(i).accept(world, world.enroll("m" + i + ".example.com"));
            }
            assertThat(visited(world)).containsExactlyInAnyOrderElementsOf(Set.copyOf(LifeCycle.transitions()));
        }
    }

    @Test
    void whenAnActionHasEndedThenNothingMovesIt() {
        for (var status : Status.values()) {
            for (var event : Event.values()) {
                if (status.isFinal()) {
                    assertThat(LifeCycle.next(status, event)).isEmpty();
                }
            }
        }
    }

    @Test
    void whenTheTableIsReadThenNoEventLeadsToTwoStatuses() {
        assertThat(LifeCycle.transitions().stream().map(t -> List.of(t.from(), t.event())))
                .doesNotHaveDuplicates();
        assertThat(LifeCycle.next(Status.IN_PROGRESS, Event.WITHDRAWN)).isEqualTo(Optional.empty());
    }

    @Test
    void whenTheTableChangesThenThePageWithItsDiagramMustToo() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("put this into %s", PAGE)
                .contains("```mermaid\n" + LifeCycle.diagram() + "```\n");
    }

    private static Set<Transition> visited(ActionWorld world) {
        return world.audited().stream()
                .map(MOVE::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(found ->
                        new Transition(Status.of(found.group(2)), event(found.group(1)), Status.of(found.group(3))))
                .collect(Collectors.toSet());
    }

    private static Event event(String word) {
        return Arrays.stream(Event.values())
                .filter(event -> event.word().equals(word))
                .findFirst()
                .orElseThrow();
    }
}
