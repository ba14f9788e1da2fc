package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.ALL;
import static dev.cordon.server.actions.ActionWorld.COLLECTOR;
import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Detection;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.ScanSummary;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.identity.ExecutionSettings;
import dev.cordon.server.identity.IsolationSettings;
import dev.cordon.server.identity.ObjectSettings;
import dev.cordon.server.identity.TenantSettings;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Every kind of action but isolation: what is asked, what the machine gets, and what comes of it. */
final class ResponseActionsTest {

    private static final String SHA1 = "8D25682B3A82AF25B42DC90291C35FF3293DAA68";
    private static final String SHA256 = "ab".repeat(32);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "collectInvestigationPackage | {'Comment':'c'} | CollectInvestigationPackage | COLLECT",
                "restrictCodeExecution | {'Comment':'c'} | RestrictCodeExecution | RESTRICT_EXECUTION",
                "unrestrictCodeExecution | {'Comment':'c'} | UnrestrictCodeExecution | ALLOW_EXECUTION",
                "runAntiVirusScan | {'Comment':'c','ScanType':'Quick'} | RunAntiVirusScan | SCAN",
                "stopandquarantinefile | {'Comment':'c','Sha1':'" + SHA1
                        + "'} | StopAndQuarantineFile | STOP_AND_QUARANTINE",
                "offboard | {'Comment':'c'} | Offboard | OFFBOARD",
            })
    void whenAnActionIsAskedForThenItIsAnsweredAsTheContractSaysAndTheMachineGetsItsOrder(
            String verb, String body, String type, Command.OrderCase order) {
        try (var world = new ActionWorld(Engine.SQLITE)) {
            var machine = world.enroll("m.example.com");
            var json = body.replace('\'', '"');
            var reply = world.post(ALL, "/api/machines/" + machine + "/" + verb, json);
            assertThat(reply.status()).as(reply.body()).isEqualTo(201);
            assertThat(reply.json().propertyNames())
                    .containsExactly(
                            "@odata.context",
                            "id",
                            "type",
                            "title",
                            "requestor",
                            "requestorComment",
                            "status",
                            "machineId",
                            "computerDnsName",
                            "creationDateTimeUtc",
                            "lastUpdateDateTimeUtc",
                            "cancellationRequestor",
                            "cancellationComment",
                            "cancellationDateTimeUtc",
                            "errorHResult",
                            "scope",
                            "externalId",
                            "requestSource",
                            "relatedFileInfo",
                            "commands",
                            "troubleshootInfo");
            assertThat(reply.text("@odata.context")).isEqualTo(world.base() + "/api/$metadata#MachineActions/$entity");
            assertThat(reply.text("type")).isEqualTo(type);
            assertThat(reply.text("status")).isEqualTo("Pending");
            assertThat(reply.json().get("scope").isNull()).isTrue();
            assertThat(world.take(machine).getFirst().getOrderCase()).isEqualTo(order);
            var again = world.post(ALL, "/api/machines/" + machine + "/" + verb, json);
            assertThat(again.status()).isEqualTo(400);
            assertThat(again.errorCode()).isEqualTo("ActiveRequestAlreadyExists");
            assertThat(world.post(READER, "/api/machines/" + machine + "/" + verb, json)
                            .status())
                    .isEqualTo(403);
            assertThat(world.post(READER, "/api/machines/nowhere/" + verb, json).status())
                    .isEqualTo(403);
            var unknown = world.post(ALL, "/api/machines/nowhere/" + verb, "{}");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.errorCode()).isEqualTo("ResourceNotFound");
            assertThat(world.get(READER, "/api/machineactions?$filter=type%20eq%20'" + type + "'")
                            .json()
                            .get("value"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "collectInvestigationPackage | {} | MissingRequiredParameter | Parameter Comment is missing.",
                "collectInvestigationPackage | {'comment':'c'} | MissingRequiredParameter | Parameter Comment is missing.",
                "restrictCodeExecution | {'Comment':' '} | InvalidRequestBody | Comment must not be empty",
                "unrestrictCodeExecution | [] | InvalidRequestBody | must be a JSON object",
                "offboard |  | InvalidRequestBody | it is empty",
                "runAntiVirusScan | {'Comment':'c'} | MissingRequiredParameter | Parameter ScanType is missing.",
                "runAntiVirusScan | {'Comment':'c','ScanType':'Deep'} | InvalidRequestBody | must be Quick or Full",
                "runAntiVirusScan | {'Comment':'c','ScanType':1} | InvalidRequestBody | must be a string",
                "StopAndQuarantineFile | {'Comment':'c'} | MissingRequiredParameter | Parameter Sha1 is missing.",
                "StopAndQuarantineFile | {'Comment':'c','Sha1':'xyz'} | InvalidHashValue | Hash value xyz is invalid.",
                "StopAndQuarantineFile | {'Comment':'c','Sha1':''} | InvalidHashValue | Hash value  is invalid.",
                "StopAndQuarantineFile | {'Comment':'c','Sha1':'abababababababababababababababababababababababababababababababab'} | InvalidHashValue | is invalid",
                "requestSample | {'Comment':'c','Sha1':'8d25682b3a82af25b42dc90291c35ff3293daa6g'} | InvalidHashValue | is invalid",
            })
    void whenABodyIsWrongThenTheErrorSaysWhatAndNothingIsLeft(String verb, String body, String code, String message) {
        try (var world = new ActionWorld(Engine.SQLITE)) {
            var machine = world.enroll("m.example.com");
            var reply = world.post(
                    ALL, "/api/machines/" + machine + "/" + verb, body == null ? "" : body.replace('\'', '"'));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.errorCode()).isEqualTo(code);
            assertThat(reply.errorMessage()).contains(message);
            assertThat(world.count("machine_actions")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineCannotDoItThenTheCallerIsToldWhy(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.connect(machine, Support.SUPPORT_ENFORCED);
            var old = world.post(ALL, "/api/machines/" + machine + "/runAntiVirusScan", body("'ScanType':'Full'"));
            assertThat(old.errorCode()).isEqualTo("ClientVersionNotSupported");
            assertThat(old.errorMessage()).startsWith("RunAntiVirusScan is supported on client version ");

            world.connect(machine, Support.SUPPORT_UNSUPPORTED, "No nftables.");
            var lacks = world.post(RESPONDER, "/api/machines/" + machine + "/isolate", body("'x':1"));
            assertThat(lacks.errorCode()).isEqualTo("OsPlatformNotSupported");
            assertThat(lacks.errorMessage())
                    .isEqualTo("OS Platform Debian isn't supported for this action. No nftables.");

            world.connect(machine, List.of("AntivirusScan"));
            world.ask(machine, "runAntiVirusScan", "{'Comment':'c','ScanType':'Full'}");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenASampleIsAskedForThenTheAnswerIsAFileMachineAction(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var reply = world.post(
                    COLLECTOR,
                    "/api/machines/" + machine + "/requestSample",
                    body("'Sha1':'" + SHA1 + "','FilePath':'/usr/bin/x'"));
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.text("type")).isEqualTo("RequestSample");
            assertThat(reply.text("@odata.context")).endsWith("/api/$metadata#FileMachineActions/$entity");
            assertThat(reply.headers())
                    .containsEntry("location", List.of(world.base() + "/api/filemachineactions/" + reply.text("id")));
            var order = world.take(machine).getFirst().getRequestSample();
            assertThat(order.getHash()).isEqualTo(bytes(SHA1));
            assertThat(order.getPath()).isEqualTo("/usr/bin/x");
            assertThat(world.action(reply.text("id")).get("type").stringValue()).isEqualTo("RequestSample");
            assertThat(world.post(COLLECTOR, "/api/machineactions/" + reply.text("id") + "/cancel", "")
                            .status())
                    .isEqualTo(200);
        }
    }

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
                    .isEqualTo(json("[{'path':'/tmp/eicar','sha256':'" + SHA256 + "','signature':'Eicar'}]"));
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
            assertThat(order.getRestrictExecution().getTrustedHashesList()).containsExactly(bytes(SHA256));
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
    @CsvSource(
            delimiter = '|',
            value = {
                "isolate | {'Comment':'c','IsolationType':'Selective'}",
                "unisolate | {'Comment':'c'}",
                "restrictCodeExecution | {'Comment':'c','ExternalId':'ticket 7'}",
                "runAntiVirusScan | {'Comment':'c','ScanType':'Full'}",
                "StopAndQuarantineFile | {'Comment':'c','Sha1':'da39a3ee5e6b4b0d3255bfef95601890afd80709'}",
                "requestSample |"
                        + " {'Comment':'c','Sha1':'da39a3ee5e6b4b0d3255bfef95601890afd80709','FilePath':'/tmp/a b'}",
                "collectInvestigationPackage | {'Comment':'c'}",
                "offboard | {'Comment':'c'}"
            })
    void whenAnActionIsLookedAtThenItTellsTheRequestThatAsksForTheSameAgain(String verb, String body) {
        try (var world = new ActionWorld(Engine.SQLITE)) {
            var machine = world.enroll("m.example.com");
            var action = world.ask(machine, verb, body);
            var detail = world.get(READER, "/cordon/v1/machineactions/" + action);
            assertThat(detail.json().get("request")).isEqualTo(Json.MAPPER.readTree(body.replace('\'', '"')));
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
            var more = world.post(RESPONDER, "/api/machines/" + machine + "/isolate", body("'x':1"));
            assertThat(more.status()).isEqualTo(403);
            assertThat(more.errorCode()).isEqualTo("DisallowedOperation");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "collectInvestigationPackage | {'Comment':'c'} | CollectInvestigationPackage",
                "isolate | {'Comment':'c','IsolationType':'Selective'} | Isolate",
                "unisolate | {'Comment':'c'} | Unisolate",
                "restrictCodeExecution | {'Comment':'c'} | RestrictCodeExecution",
                "unrestrictCodeExecution | {'Comment':'c'} | UnrestrictCodeExecution",
                "runAntiVirusScan | {'Comment':'c','ScanType':'Quick'} | RunAntiVirusScan",
            })
    void whenAnActionIsAskedForAtTheOldBaseThenItHasTheKeysOfThen(String verb, String body, String type) {
        try (var world = new ActionWorld(Engine.SQLITE)) {
            var machine = world.enroll("m.example.com");
            var path = "/testwdatppreview/machines/" + machine + "/" + verb;
            var reply = world.post(ALL, path, body.replace('\'', '"'));
            assertThat(reply.status()).as(reply.body()).isEqualTo(201);
            assertThat(reply.json().propertyNames())
                    .containsExactly(
                            "@odata.context",
                            "id",
                            "type",
                            "requestor",
                            "requestorComment",
                            "status",
                            "error",
                            "machineId",
                            "creationDateTimeUtc",
                            "lastUpdateTimeUtc");
            assertThat(reply.text("type")).isEqualTo(type);
            assertThat(reply.text("status")).isEqualTo("InProgress");
            assertThat(world.take(machine)).hasSize(1);
            assertThat(world.post(READER, path, body.replace('\'', '"')).status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stopAndQuarantineFile", "requestSample"})
    void whenAFileIsAskedForAtTheOldBaseThenTheAnswerIsAFileMachineAction(String verb) {
        try (var world = new ActionWorld(Engine.SQLITE)) {
            var machine = world.enroll("m.example.com");
            var reply = world.post(
                    ALL, "/testwdatppreview/machines/" + machine + "/" + verb, body("'Sha1':'" + SHA1 + "'"));
            assertThat(reply.status()).as(reply.body()).isEqualTo(201);
            assertThat(reply.text("@odata.context"))
                    .isEqualTo(world.base() + "/testwdatppreview/$metadata#FileMachineActions/$entity");
            assertThat(reply.text("type")).isEqualToIgnoringCase(verb);
            assertThat(reply.text("status")).isEqualTo("InProgress");
            assertThat(reply.text("fileId"))
                    .isEqualTo(reply.text("sha1"))
                    .isEqualTo(SHA1.toLowerCase(java.util.Locale.ROOT));
            assertThat(reply.json().get("fileInstances").isArray()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheOldBaseIsCalledThenTheAnswersHaveTheOldShapes(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var base = "/testwdatppreview/machines/" + machine;
            var reply = world.post(ALL, base + "/runAntiVirusScan", body("'ScanType':'Full'"));
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.json().propertyNames())
                    .containsExactly(
                            "@odata.context",
                            "id",
                            "type",
                            "requestor",
                            "requestorComment",
                            "status",
                            "error",
                            "machineId",
                            "creationDateTimeUtc",
                            "lastUpdateTimeUtc");
            assertThat(reply.text("@odata.context"))
                    .isEqualTo(world.base() + "/testwdatppreview/$metadata#MachineActions/$entity");
            assertThat(reply.text("status")).isEqualTo("InProgress");
            assertThat(reply.text("error")).isEqualTo("None");
            var file = world.post(ALL, base + "/stopAndQuarantineFile", body("'Sha1':'" + SHA1 + "'"));
            assertThat(file.text("@odata.context"))
                    .isEqualTo(world.base() + "/testwdatppreview/$metadata#FileMachineActions/$entity");
            assertThat(file.json().get("fileInstances").isArray()).isTrue();
            var listed = world.get(READER, "/testwdatppreview/machineactions?$filter=status%20eq%20'InProgress'&$top=5")
                    .json();
            assertThat(listed.get("@odata.context").stringValue())
                    .isEqualTo(world.base() + "/testwdatppreview/$metadata#MachineActions");
            assertThat(listed.get("value")).hasSize(2);
            assertThat(world.get(READER, "/testwdatppreview/machineactions/" + reply.text("id"))
                            .text("error"))
                    .isEqualTo("None");
            assertThat(world.get(
                                    READER,
                                    "/testwdatppreview/filemachineactions?$filter=machineId%20eq%20'" + machine
                                            + "'&$top=2")
                            .json()
                            .get("value"))
                    .hasSize(1);
            assertThat(world.get(READER, "/testwdatppreview/filemachineactions/" + reply.text("id"))
                            .status())
                    .isEqualTo(404);
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

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }

    private static String body(String more) {
        return ("{'Comment':'c'," + more + "}").replace('\'', '"');
    }

    private static JsonNode json(String text) {
        return dev.cordon.server.web.Json.MAPPER.readTree(text.replace('\'', '"'));
    }
}
