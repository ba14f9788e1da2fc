package dev.cordon.server.actions;

import static dev.cordon.server.actions.MachineReports.about;
import static dev.cordon.server.actions.MachineReports.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.EventKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Started;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a machine says moves its actions, its observed state and, where the intent changed, its desired state. */
final class ActionReportsTest {

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineFailsThenItsErrorAndWordsShowAndTheIntentFallsBack(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine, "Selective");
            world.reports.succeeded(world.deliver(machine).getFirst(), "Selective");
            var second = world.isolate(machine, "Full");
            assertThat(world.desired(machine)).isEqualTo("Full");
            world.reports.failed(world.deliver(machine).getLast(), 0x8007_0005, "nft refused: \0 not permitted");
            var action = world.action(second);
            assertThat(action.get("status").asString()).isEqualTo("Failed");
            assertThat(action.get("errorHResult").asInt()).isEqualTo(0x8007_0005);
            assertThat(action.get("troubleshootInfo").asString()).isEqualTo("nft refused: \ufffd not permitted");
            assertThat(world.desired(machine)).isEqualTo("Selective");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineFailsWithoutACodeThenTheActionHasOneAllTheSame(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            world.reports.report(about(world.deliver(machine).getFirst()).setOutcome(Outcome.getDefaultInstance()));
            assertThat(world.status(action)).isEqualTo("Failed");
            assertThat(world.action(action).get("errorHResult").asInt()).isNotZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenACommandIsRefusedThenTheActionEndsByTheReason(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            for (var reason : RefusalReason.values()) {
                if (reason == RefusalReason.UNRECOGNIZED) {
                    continue;
                }
                var machine = world.enroll("m" + reason.getNumber() + ".example.com");
                var id = world.isolate(machine);
                world.reports.refused(world.deliver(machine).getFirst(), reason);
                var action = world.action(id);
                boolean expired = reason == RefusalReason.REFUSAL_REASON_EXPIRED;
                assertThat(action.get("status").asString()).isEqualTo(expired ? "TimeOut" : "Failed");
                assertThat(action.get("errorHResult").asInt()).isNegative();
                assertThat(action.get("troubleshootInfo").asString()).startsWith("refused: ");
                assertThat(world.desired(machine)).isEqualTo("None");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheCancelCommandItselfIsRefusedThenTheActionGoesOn(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            var order = world.deliver(machine).getFirst();
            world.cancel(action);
            world.reports.refused(world.deliver(machine).getLast(), RefusalReason.REFUSAL_REASON_EXPIRED);
            assertThat(world.status(action)).isEqualTo("Pending");
            world.reports.succeeded(order, "Full");
            assertThat(world.status(action)).isEqualTo("Succeeded");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReportComesTooLateThenTheStatusStaysAndTheTruthMoves(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            var order = world.deliver(machine).getFirst();
            world.pass(Duration.ofDays(4));
            assertThat(world.expiry.runOnce()).isEqualTo(1);
            var before = world.action(action);
            world.reports.succeeded(order, "Full");
            assertThat(world.action(action)).isEqualTo(before);
            assertThat(world.observed(machine)).contains("Full");
            assertThat(world.desired(machine)).isEqualTo("None");
            assertThat(world.audited().getLast())
                    .isEqualTo("machine:" + machine + " action.report-late action:" + action
                            + " {\"report\":\"succeeded\",\"status\":\"TimeOut\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineSpeaksOfAnotherMachinesCommandThenNothingMoves(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var victim = world.enroll("victim.example.com");
            var liar = world.enroll("liar.example.com");
            var action = world.isolate(victim);
            var order = world.deliver(victim).getFirst();
            world.reports.report(about(order).setMachineId(liar).setStarted(Started.getDefaultInstance()));
            world.reports.report(Report.newBuilder().setTenantId(world.tenant).setMachineId(liar));
            assertThat(world.status(action)).isEqualTo("Pending");
            assertThat(world.audited())
                    .filteredOn(entry -> entry.contains(" report.unmatched machine:" + liar))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineBoastsThenWhatIsKeptIsBounded(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.isolate(machine);
            var outcome = Outcome.newBuilder().setResult(Result.RESULT_FAILED).setMessage("🙂".repeat(50_000));
            for (int i = 0; i < 200; i++) {
                outcome.addChecks(Check.newBuilder().setName("check").setDetail("d"));
            }
            world.reports.report(about(world.deliver(machine).getFirst()).setOutcome(outcome));
            var shown = world.action(action).get("troubleshootInfo").asString();
            assertThat(shown).hasSizeBetween(1_900, 2_000).startsWith("🙂🙂").endsWith("🙂…");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineReleasedItselfThenThatIsItsIntentAndItsState(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            for (var kind :
                    new EventKind[] {EventKind.EVENT_KIND_BREAK_GLASS_USED, EventKind.EVENT_KIND_DEAD_MAN_ROLLBACK}) {
                var machine = world.enroll("m" + kind.getNumber() + ".example.com");
                var action = world.isolate(machine);
                world.reports.succeeded(world.deliver(machine).getFirst(), "Full");
                world.reports.happened(machine, kind);
                assertThat(world.desired(machine)).isEqualTo("None");
                assertThat(world.observed(machine)).contains("None");
                assertThat(world.status(action)).isEqualTo("Succeeded");

                // what was given up does not come back when a later action fails
                world.isolate(machine, "Selective");
                world.reports.failed(world.deliver(machine).getLast(), 1, "no");
                assertThat(world.desired(machine)).isEqualTo("None");
            }
            assertThat(world.audited())
                    .anyMatch(entry -> entry.contains(" machine.break-glass-used machine:"))
                    .anyMatch(entry -> entry.contains(" machine.dead-man-rollback machine:"));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnIsolationWaitsWhileTheMachineReleasesItselfThenTheNewIntentStays(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            world.reports.succeeded(world.deliver(machine).getFirst(), "Full");
            world.isolate(machine, "Selective");
            world.reports.happened(machine, EventKind.EVENT_KIND_BREAK_GLASS_USED);
            assertThat(world.desired(machine)).isEqualTo("Selective");
            assertThat(world.observed(machine)).contains("None");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheRulesetWasPutBackThenOnlyTheLogAndTheTruthTell(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            var order = world.deliver(machine).getFirst();
            world.reports.succeeded(order, "Full");
            world.reports.happened(machine, EventKind.EVENT_KIND_ISOLATION_REAPPLIED);
            world.reports.happened(machine, EventKind.EVENT_KIND_BREAK_GLASS_REFUSED);
            assertThat(world.desired(machine)).isEqualTo("Full");
            assertThat(world.observed(machine)).contains("Full");
            assertThat(world.audited())
                    .anyMatch(entry -> entry.contains(" machine.isolation-reapplied "))
                    .anyMatch(entry -> entry.contains(" machine.break-glass-refused "));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenProgramsWereRefusedOrNothingWasBecauseTheAgentHadEndedThenTheLogTells(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.reports.happened(machine, EventKind.EVENT_KIND_EXECUTION_DENIED);
            world.reports.happened(machine, EventKind.EVENT_KIND_EXECUTION_CONTROL_LOST);
            assertThat(world.audited())
                    .anyMatch(entry -> entry.contains(" machine.execution-denied "))
                    .anyMatch(entry -> entry.contains(" machine.execution-control-lost "));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheMachineIsReleasedThenTheNewestIntentWins(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            assertThat(world.observed(machine)).isEqualTo(Optional.empty());
            world.isolate(machine);
            var release = world.unisolate(machine);
            assertThat(world.desired(machine)).isEqualTo("None");
            var commands = world.deliver(machine);
            world.reports.succeeded(commands.get(0), "Full");
            world.reports.report(about(commands.get(1))
                    .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED))
                    .addStates(state("None", 0)));
            assertThat(world.status(release)).isEqualTo("Succeeded");
            assertThat(world.observed(machine)).contains("None");
        }
    }
}
