package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.ALL;
import static dev.cordon.server.actions.ActionWorld.COLLECTOR;
import static dev.cordon.server.actions.ActionWorld.READER;
import static dev.cordon.server.actions.ActionWorld.RESPONDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Json;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of action but isolation: what is asked, what is answered, and what the machine gets. */
final class ResponseActionsTest {

    private static final List<String> KEYS_AT_THE_OLD_BASE = List.of(
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

    private static final String SHA1 = "8D25682B3A82AF25B42DC90291C35FF3293DAA68";

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
            assertThat(order.getHash()).isEqualTo(ByteString.fromHex(SHA1));
            assertThat(order.getPath()).isEqualTo("/usr/bin/x");
            assertThat(world.action(reply.text("id")).get("type").stringValue()).isEqualTo("RequestSample");
            assertThat(world.post(COLLECTOR, "/api/machineactions/" + reply.text("id") + "/cancel", "")
                            .status())
                    .isEqualTo(200);
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
            assertThat(reply.json().propertyNames()).containsExactlyElementsOf(KEYS_AT_THE_OLD_BASE);
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
            assertThat(reply.json().propertyNames()).containsExactlyElementsOf(KEYS_AT_THE_OLD_BASE);
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

    private static String body(String more) {
        return ("{'Comment':'c'," + more + "}").replace('\'', '"');
    }
}
