package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.COLLECTOR;
import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Detection;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.ScanSummary;
import dev.cordon.server.identity.ExecutionSettings;
import dev.cordon.server.identity.IsolationSettings;
import dev.cordon.server.identity.ObjectSettings;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes of actions that are no isolation, once their machine has them. */
final class ResponseOutcomesTest {

    private static final String SHA256 = "ab".repeat(32);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAScanFindsSomethingThenItsDepthItsProgressAndItsDetectionsAreShown(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.ask(machine, "runAntiVirusScan", "{'Comment':'c','ScanType':'full'}");
            assertThat(world.action(action).get("scope").stringValue()).isEqualTo("Full");
            var command = world.deliver(machine).getFirst();
            assertThat(command.getScan().getDepth()).isEqualTo(ScanDepth.SCAN_DEPTH_FULL);
            world.reports.started(command);
            world.progress.told(
                    world.ref(machine),
                    Progress.newBuilder()
                            .setSequence(command.getSequence())
                            .setPercent(40)
                            .setDoing("/usr")
                            .build());
            assertThat(world.get(READER, "/cordon/v1/machineactions/" + action)
                            .json()
                            .at("/progress/percent")
                            .intValue())
                    .isEqualTo(40);
            world.reports.report(MachineReports.about(command)
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_SUCCEEDED)
                            .setScan(ScanSummary.newBuilder()
                                    .setEngine("ClamAV 1.4.3")
                                    .setFiles(12)
                                    .setDetected(2)
                                    .addDetections(Detection.newBuilder()
                                            .setPath("/tmp/eicar")
                                            .setSha256(SHA256)
                                            .setSignature("Eicar")))));
            var detail =
                    world.get(READER, "/cordon/v1/machineactions/" + action).json();
            assertThat(detail.get("progress").isNull()).isTrue();
            assertThat(detail.at("/outcome/scan/engine").stringValue()).isEqualTo("ClamAV 1.4.3");
            assertThat(detail.at("/outcome/scan/detected").intValue()).isEqualTo(2);
            assertThat(detail.at("/outcome/scan/detections"))
                    .isEqualTo(Json.MAPPER.readTree(
                            "[{\"path\":\"/tmp/eicar\",\"sha256\":\"" + SHA256 + "\",\"signature\":\"Eicar\"}]"));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenExecutionIsRestrictedThenTheTenantsSettingsGoAlongAndTheIntentIsItsOwn(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            var restricted = world.ask(machine, "restrictCodeExecution", "{'Comment':'c'}");
            assertThat(desired(world, machine)).isEqualTo("Restricted");
            assertThat(world.desired(machine)).isEqualTo("Full");
            var commands = world.deliver(machine);
            world.reports.succeeded(commands.get(0), "Full");
            world.reports.report(MachineReports.about(commands.get(1))
                    .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED))
                    .addStates(ObservedState.newBuilder()
                            .setAspect(Aspect.ASPECT_EXECUTION)
                            .setValue("Restricted")
                            .setSequence(commands.get(1).getSequence())));
            assertThat(world.status(restricted)).isEqualTo("Succeeded");

            setExecution(world, new ExecutionSettings(true, true, List.of(SHA256), List.of("/opt/tools/")));
            var monitored = world.ask(machine, "restrictCodeExecution", "{'Comment':'c'}");
            assertThat(desired(world, machine)).isEqualTo("Monitored");
            var order = world.take(machine).getLast();
            assertThat(order.getRestrictExecution().getMonitorOnly()).isTrue();
            assertThat(order.getRestrictExecution().getCoverInterpreters()).isTrue();
            assertThat(order.getRestrictExecution().getTrustedHashesList()).containsExactly(ByteString.fromHex(SHA256));
            assertThat(order.getRestrictExecution().getTrustedPathsList()).containsExactly("/opt/tools/");
            world.reports.failed(order, 5, "no fanotify");
            assertThat(world.status(monitored)).isEqualTo("Failed");
            assertThat(desired(world, machine)).isEqualTo("Restricted");
            assertThat(world.desired(machine)).isEqualTo("Full");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenARunningActionIsCancelledThenTheMachineIsAskedAndItsWordCounts(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.ask(machine, "collectInvestigationPackage", "{'Comment':'c'}");
            var command = world.deliver(machine).getFirst();
            world.reports.started(command);
            assertThat(world.post(RESPONDER, "/api/machineactions/" + action + "/cancel", "{}")
                            .status())
                    .isEqualTo(403);
            assertThat(world.post(COLLECTOR, "/api/machineactions/" + action + "/cancel", "{}")
                            .text("status"))
                    .isEqualTo("InProgress");
            var cancel = world.deliver(machine).getLast();
            assertThat(cancel.getCancel().getTargetSequence()).isEqualTo(command.getSequence());
            world.reports.answered(cancel, true);
            assertThat(world.status(action)).isEqualTo("Cancelled");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineIsOffboardedThenItStaysInTheInventoryAndNothingIsOpenOrWantedAnyMore(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.isolate(machine);
            var offboard = world.ask(machine, "offboard", "{'Comment':'gone'}");
            var waiting = world.ask(machine, "runAntiVirusScan", "{'Comment':'c','ScanType':'Quick'}");
            var commands = world.deliver(machine);
            world.reports.succeeded(commands.get(0), "Full");
            world.reports.report(MachineReports.about(commands.get(1))
                    .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED)));
            assertThat(world.status(offboard)).isEqualTo("Succeeded");
            assertThat(world.status(waiting)).isEqualTo("Failed");
            assertThat(world.action(waiting).get("troubleshootInfo").stringValue())
                    .contains(offboard);
            assertThat(world.desired(machine)).isEqualTo("None");
            assertThat(world.observed(machine)).contains("None");
            var gone = world.database
                    .read(sql -> world.machines.find(sql, world.tenant, machine))
                    .orElseThrow();
            assertThat(gone.onboardingStatus()).isEqualTo("CanBeOnboarded");
            assertThat(gone.healthStatus()).isEqualTo("Inactive");
            var more = world.post(RESPONDER, "/api/machines/" + machine + "/isolate", "{\"Comment\":\"c\"}");
            assertThat(more.status()).isEqualTo(403);
            assertThat(more.errorCode()).isEqualTo("DisallowedOperation");
        }
    }

    private static String desired(ActionWorld world, String machine) {
        return world.database
                .read(sql -> world.machines.state(sql, world.tenant, machine, Aspect.ASPECT_EXECUTION))
                .desired();
    }

    private static void setExecution(ActionWorld world, ExecutionSettings execution) {
        world.database.write(sql -> {
            world.tenants.changeSettings(
                    sql,
                    world.tenant,
                    new TenantSettings(
                            IsolationSettings.DEFAULT, execution, ObjectSettings.DEFAULT, Duration.ofHours(1)));
            return 0;
        });
    }
}
