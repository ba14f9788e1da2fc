package dev.cordon.server.actions;

import static dev.cordon.server.actions.ActionWorld.ALL;
import static dev.cordon.server.actions.ActionWorld.READER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.FileStatus;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Files that are taken, and given back: what is ordered, what is told of them, and where they are. */
final class QuarantineAndRestoreTest {

    private static final String SHA1 = "8D25682B3A82AF25B42DC90291C35FF3293DAA68";
    private static final String OTHER = "87662bc3d60e4200ceaf7aae249d1c343f4b83c9";
    private static final String SHA256 = "ab".repeat(32);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAFileIsQuarantinedThenTheOrderNamesItAndEveryPlaceIsShown(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var action = world.ask(machine, "StopAndQuarantineFile", "{'Comment':'c','Sha1':'" + SHA1 + "'}");
            world.ask(machine, "StopAndQuarantineFile", "{'Comment':'c','Sha1':'" + OTHER + "'}");
            var twice = world.post(
                    ALL, "/api/machines/" + machine + "/StopAndQuarantineFile", body("'Sha1':'" + SHA1 + "'"));
            assertThat(twice.errorCode()).isEqualTo("ActiveRequestAlreadyExists");
            var command = world.deliver(machine).getFirst();
            assertThat(command.getStopAndQuarantine().getHash()).isEqualTo(bytes(SHA1));
            assertThat(world.action(action).get("relatedFileInfo"))
                    .isEqualTo(json("{'fileIdentifier':'" + SHA1.toLowerCase(java.util.Locale.ROOT)
                            + "','fileIdentifierType':'Sha1'}"));
            assertThat(fileAction(world, action).get("status").stringValue()).isEqualTo("InProgress");

            world.reports.started(command);
            world.reports.report(MachineReports.about(command)
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_SUCCEEDED)
                            .addFiles(file("/tmp/a\\x0ab", FileStatus.FILE_STATUS_QUARANTINED)
                                    .setSha256(SHA256)
                                    .setSize(7)
                                    .setVaultId("v1")
                                    .addStoppedPids(4711))
                            .addFiles(file("/etc/cron.d/x", FileStatus.FILE_STATUS_PERSISTENCE_REMOVED))
                            .addFiles(file("/mnt/ro/a", FileStatus.FILE_STATUS_FAILED)
                                    .setMessage("read-only file system"))));
            assertThat(world.status(action)).isEqualTo("Succeeded");
            var shown = fileAction(world, action);
            assertThat(shown.propertyNames())
                    .containsExactly(
                            "@odata.context",
                            "id",
                            "sha1",
                            "type",
                            "requestor",
                            "requestorComment",
                            "status",
                            "fileId",
                            "machineId",
                            "creationDateTimeUtc",
                            "lastUpdateDateTimeUtc",
                            "fileInstances");
            assertThat(shown.get("@odata.context").stringValue())
                    .isEqualTo(world.base() + "/api/$metadata#FileMachineActions/$entity");
            assertThat(shown.get("fileInstances"))
                    .isEqualTo(json("[{'filePath':'/tmp/a\\\\x0ab','status':'Succeeded'},"
                            + "{'filePath':'/mnt/ro/a','status':'Failed'}]"));
            var detail =
                    world.get(READER, "/cordon/v1/machineactions/" + action).json();
            assertThat(detail.at("/outcome/files/0"))
                    .isEqualTo(json("{'path':'/tmp/a\\\\x0ab','status':'Quarantined','message':'','sha256':'" + SHA256
                            + "','size':7,'vaultId':'v1','stoppedPids':[4711]}"));
            assertThat(detail.at("/outcome/files/2/message").stringValue()).isEqualTo("read-only file system");
            assertThat(detail.at("/command/acknowledgedAt").isString()).isTrue();
            var listed = world.get(
                            READER,
                            "/api/filemachineactions?$filter=sha1%20eq%20'" + SHA1
                                    + "'%20and%20status%20eq%20'Succeeded'&$count=true")
                    .json();
            assertThat(listed.get("@odata.context").stringValue()).endsWith("/api/$metadata#FileMachineActions");
            assertThat(listed.get("@odata.count").intValue()).isOne();
            assertThat(world.get(READER, "/api/filemachineactions/$count").body())
                    .isEqualTo("2");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenFilesAreRestoredThenOneCallMakesAnActionOnEachMachine(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var first = world.enroll("a.example.com");
            var second = world.enroll("b.example.com");
            var gone = world.enroll("c.example.com");
            var quarantine = "{'Comment':'c','Sha1':'" + SHA1 + "'}";
            var action = world.ask(first, "StopAndQuarantineFile", quarantine);
            world.ask(second, "StopAndQuarantineFile", quarantine);
            world.ask(gone, "StopAndQuarantineFile", quarantine);
            world.database.write(sql -> {
                world.machines.offboard(sql, world.tenant, gone);
                return 0;
            });
            var all = world.post(ALL, "/cordon/v1/files/" + SHA1 + "/restore", "{\"comment\":\"false alarm\"}");
            assertThat(all.status()).isEqualTo(201);
            assertThat(all.json().get("actions"))
                    .extracting(one -> one.get("machineId").stringValue())
                    .containsExactlyInAnyOrder(first, second);
            assertThat(all.json().at("/refused/0/machineId").stringValue()).isEqualTo(gone);
            assertThat(all.json().at("/refused/0/code").stringValue()).isEqualTo("DisallowedOperation");
            assertThat(world.take(first).getLast().getRestore().getHash()).isEqualTo(bytes(SHA1));

            var one = world.post(ALL, "/cordon/v1/machineactions/" + action + "/restore", "{\"comment\":\"c\"}");
            assertThat(one.status()).as(one.body()).isEqualTo(201);
            assertThat(world.take(first).getLast().getRestore().getOfActionId()).isEqualTo(action);
            assertThat(one.text("type")).isEqualTo("RestoreFile");

            var whole = world.post(ALL, "/cordon/v1/machines/" + second + "/restore", "{\"comment\":\"c\"}");
            assertThat(whole.status()).isEqualTo(201);
            var order = world.take(second).getLast().getRestore();
            assertThat(order.getHash().isEmpty() && order.getOfActionId().isEmpty())
                    .isTrue();
            assertThat(world.post(
                                    ALL,
                                    "/cordon/v1/machineactions/" + one.text("id") + "/restore",
                                    "{\"comment\":\"c\"}")
                            .errorCode())
                    .isEqualTo("InvalidInput");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenFilesAreInVaultsThenTheyAreListedUntilTheyAreGivenBack(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.ask(machine, "StopAndQuarantineFile", "{'Comment':'c','Sha1':'" + SHA1 + "'}");
            var command = world.deliver(machine).getFirst();
            world.reports.report(MachineReports.about(command)
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_SUCCEEDED)
                            .addFiles(file("/tmp/a", FileStatus.FILE_STATUS_QUARANTINED)
                                    .setVaultId("v1"))
                            .addFiles(file("/tmp/b", FileStatus.FILE_STATUS_QUARANTINED)
                                    .setVaultId("v2"))));
            assertThat(vault(world)).hasSize(2);
            world.pass(Duration.ofSeconds(1));
            world.post(ALL, "/cordon/v1/machines/" + machine + "/restore", "{\"comment\":\"c\"}");
            var restore = world.take(machine).getLast();
            world.reports.report(MachineReports.about(restore)
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_SUCCEEDED)
                            .addFiles(file("/tmp/a", FileStatus.FILE_STATUS_RESTORED)
                                    .setVaultId("v1"))));
            assertThat(vault(world))
                    .extracting(file -> file.get("path").stringValue())
                    .containsExactly("/tmp/b");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAFileWasLookedForByOneHashThenItComesBackEverywhereByTheOneThatTheListShows(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            world.ask(machine, "StopAndQuarantineFile", "{'Comment':'c','Sha1':'" + SHA1 + "'}");
            world.reports.report(MachineReports.about(world.deliver(machine).getFirst())
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_SUCCEEDED)
                            .addFiles(file("/tmp/a", FileStatus.FILE_STATUS_QUARANTINED)
                                    .setSha256(SHA256)
                                    .setVaultId("v1"))));
            var shown = vault(world).get(0).get("sha256").stringValue();
            world.pass(Duration.ofSeconds(1));
            var all = world.post(ALL, "/cordon/v1/files/" + shown + "/restore", "{\"comment\":\"false alarm\"}");
            assertThat(all.json().get("actions"))
                    .extracting(one -> one.get("machineId").stringValue())
                    .containsExactly(machine);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReportComesAfterTheActionTimedOutThenTheVaultIsKnownAllTheSame(Engine engine) {
        try (var world = new ActionWorld(engine)) {
            var machine = world.enroll("m.example.com");
            var other = world.enroll("o.example.com");
            for (var id : List.of(machine, other)) {
                world.ask(id, "StopAndQuarantineFile", "{'Comment':'c','Sha1':'" + SHA1 + "'}");
            }
            var late = world.deliver(machine).getFirst();
            var failed = world.deliver(other).getFirst();
            world.pass(Duration.ofDays(30));
            assertThat(world.expiry.runOnce()).isEqualTo(2);
            var outcome = Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED);
            for (int i = 0; i < 5; i++) {
                outcome.addFiles(
                        file("/tmp/" + i, FileStatus.FILE_STATUS_QUARANTINED).setVaultId("v" + i));
            }
            world.reports.report(MachineReports.about(late).setOutcome(outcome));
            world.reports.report(MachineReports.about(late).setOutcome(outcome));
            world.reports.report(MachineReports.about(failed)
                    .setOutcome(Outcome.newBuilder()
                            .setResult(Result.RESULT_FAILED)
                            .addFiles(file("/tmp/x", FileStatus.FILE_STATUS_QUARANTINED)
                                    .setVaultId("v0"))));
            assertThat(vault(world)).hasSize(6);
            var first = world.get(READER, "/cordon/v1/quarantine?top=4&machineId=" + machine)
                    .json();
            assertThat(first.get("value"))
                    .extracting(file -> file.get("path").stringValue())
                    .containsExactly("/tmp/4", "/tmp/3", "/tmp/2", "/tmp/1");
            var second = world.get(
                            READER,
                            "/cordon/v1/quarantine?top=4&machineId=" + machine + "&before=" + first.get("nextBefore"))
                    .json();
            assertThat(second.get("value"))
                    .extracting(file -> file.get("path").stringValue())
                    .containsExactly("/tmp/0");
            assertThat(second.has("nextBefore")).isFalse();
            assertThat(world.get(READER, "/cordon/v1/quarantine?top=0").status())
                    .isEqualTo(400);
        }
    }

    private static JsonNode vault(ActionWorld world) {
        return world.get(READER, "/cordon/v1/quarantine").json().get("value");
    }

    private static FileResult.Builder file(String path, FileStatus status) {
        return FileResult.newBuilder().setPath(path).setStatus(status);
    }

    private static JsonNode fileAction(ActionWorld world, String id) {
        var reply = world.get(READER, "/api/filemachineactions/" + id);
        assertThat(reply.status()).isEqualTo(200);
        return reply.json();
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
