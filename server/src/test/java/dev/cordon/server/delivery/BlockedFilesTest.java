package dev.cordon.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.BlockChange;
import dev.cordon.protocol.wire.BlockChanges;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.Support;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.store.Engine;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Blocked files on their way from the API to machines, over mutual TLS, and what machines say of them. */
final class BlockedFilesTest {

    private static final String SHA1 = "87662bc3d60e4200ceaf7aae249d1c343f4b83c9";
    private static final String SHA256 = "AB".repeat(32);
    private static final String MD5 = "cd".repeat(16);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenFilesAreBlockedThenConnectedMachinesHearItAtOnceAndOthersWhenTheyConnect(Engine engine) throws Exception {
        try (var server = new EnrollmentServer(engine)) {
            var machine = server.enrolled();
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                var blocked = block(server, SHA1, Map.of("Comment", "bad", "StopRunning", true));
                assertThat(blocked.propertyNames())
                        .containsExactly(
                                "fileIdentifier",
                                "fileIdentifierType",
                                "actionType",
                                "fileStatus",
                                "creationDateTimeUtc",
                                "requestor",
                                "requestorComment",
                                "cancellationDateTimeUtc",
                                "cancellationRequestor",
                                "cancellationComment",
                                "lastUpdateDateTimeUtc");
                assertThat(blocked.get("actionType").stringValue()).isEqualTo("Block");
                assertThat(blocked.get("fileIdentifierType").stringValue()).isEqualTo("Sha1");
                var first = changes(socket, machine);
                assertThat(first.getTenantId()).isEqualTo(server.tenant);
                assertThat(first.getFromVersion()).isZero();
                assertThat(first.getToVersion()).isEqualTo(1);
                assertThat(first.getChangesList()).containsExactly(change(SHA1, true, true));
                inForce(socket, 1, Support.SUPPORT_PARTIAL, "No fanotify.");

                block(server, SHA1, Map.of("Comment", "again", "StopRunning", true));
                block(server, SHA256, Map.of("Comment", "bad"));
                assertThat(changes(socket, machine).getChangesList()).containsExactly(change(SHA256, true, false));
                inForce(socket, 2, Support.SUPPORT_ENFORCED);
                await().untilAsserted(() -> assertThat(
                                machines(server).at("/value/0/enforcesCurrent").booleanValue())
                        .isTrue());
                var undone = server.call("POST", "/api/files/" + SHA1 + "/unblock", Map.of("Comment", "fine"));
                assertThat(undone.status()).isEqualTo(201);
                assertThat(undone.body().get("actionType").stringValue()).isEqualTo("UnBlock");
                assertThat(changes(socket, machine).getChangesList()).containsExactly(change(SHA1, false, true));
            }
            assertThat(server.events()).containsSubsequence("file.blocked", "file.blocked", "file.unblocked");
            block(server, MD5, Map.of("Comment", "bad"));

            isolate(server, machine);
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 2);
                var missed = changes(socket, machine);
                assertThat(missed.getFromVersion()).isEqualTo(2);
                assertThat(missed.getToVersion()).isEqualTo(4);
                assertThat(missed.getChangesList())
                        .containsExactly(change(SHA1, false, true), change(MD5, true, false));
                assertThat(socket.receive().hasCommand()).isTrue();
            }
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                var whole = changes(socket, machine);
                assertThat(whole.getFromVersion()).isZero();
                assertThat(Set.copyOf(whole.getChangesList()))
                        .isEqualTo(Set.of(change(SHA256, true, false), change(MD5, true, false)));
                inForce(socket, 4, Support.SUPPORT_ENFORCED);
                await().untilAsserted(() -> assertThat(
                                machines(server).at("/value/0/enforcesCurrent").booleanValue())
                        .isTrue());
            }
            await("an agent that has ended refuses nothing")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(machines(server)
                                    .at("/value/0/enforcesCurrent")
                                    .booleanValue())
                            .isFalse());
            var listed = server.call("GET", "/api/fileactions?$count=true&$top=1", Map.of())
                    .body();
            assertThat(listed.get("@odata.context").stringValue()).endsWith("/api/$metadata#FileActions");
            assertThat(listed.get("@odata.count").intValue()).isEqualTo(2);
            assertThat(listed.at("/value/0/fileIdentifier").stringValue()).isEqualTo(MD5);
            var blocks = server.call("GET", "/cordon/v1/files/blocks", Map.of()).body();
            assertThat(blocks.get("version").intValue()).isEqualTo(4);
            assertThat(blocks.get("files")).hasSize(2);
            var told = machines(server).at("/value/0");
            assertThat(told.get("version").intValue()).isEqualTo(4);
            assertThat(told.get("connected").booleanValue()).isFalse();
            assertThat(told.get("enforcesCurrent").booleanValue()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheOldBaseIsCalledThenItBlocksListsAndUnblocksInTheShapesOfThen(Engine engine) {
        try (var server = new EnrollmentServer(engine)) {
            var old = "/testwdatppreview/files/" + SHA1;
            var blocked = server.call("POST", old + "/block", Map.of("Comment", "bad"));
            assertThat(blocked.status()).isEqualTo(201);
            assertThat(blocked.body().has("@odata.context")).isFalse();
            assertThat(blocked.body().get("fileStatus").stringValue()).isEqualTo("Blocked");
            var listed = server.call("GET", "/testwdatppreview/fileactions", Map.of())
                    .body();
            assertThat(listed.get("@odata.context").stringValue()).endsWith("/testwdatppreview/$metadata#FileActions");
            assertThat(listed.at("/value/0/fileIdentifier").stringValue()).isEqualTo(SHA1);
            var undone = server.call("POST", old + "/unblock", Map.of("Comment", "fine"));
            assertThat(undone.status()).isEqualTo(201);
            assertThat(undone.body().get("actionType").stringValue()).isEqualTo("UnBlock");
            assertThat(server.call("GET", "/api/fileactions", Map.of()).body().get("value"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheListIsLongThenItComesInPartsThatEachFitAMessage(Engine engine) throws Exception {
        try (var server = new EnrollmentServer(engine)) {
            int files = 9_001;
            block(server, MD5, Map.of("Comment", "bad"));
            server.database.write(sql -> {
                for (int i = 2; i <= files; i++) {
                    sql.execute(
                            "INSERT INTO blocked_files (tenant_id, hash, version, blocked, stop_running, requestor,"
                                    + " requestor_comment, created_at, updated_at) SELECT tenant_id, ?, ?, blocked,"
                                    + " stop_running, requestor, '', 1, 1 FROM blocked_files WHERE version = 1",
                            "%064x".formatted(i),
                            (long) i);
                }
                return sql.execute("UPDATE block_lists SET version = ?", (long) files);
            });
            server.pass(Duration.ofSeconds(6));
            var machine = server.enrolled();
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                long version = 0;
                var got = new java.util.HashSet<BlockChange>();
                while (version < files) {
                    var part = changes(socket, machine);
                    assertThat(part.getFromVersion()).isEqualTo(version);
                    assertThat(part.getSerializedSize()).isLessThan(Envelopes.MAX_PAYLOAD);
                    got.addAll(part.getChangesList());
                    version = part.getToVersion();
                }
                assertThat(got).hasSize(files);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineHasAVersionThatWasLostWithABackupThenItGetsTheWholeListAboveIt(Engine engine) throws Exception {
        try (var server = new EnrollmentServer(engine)) {
            block(server, SHA1, Map.of("Comment", "bad"));
            block(server, MD5, Map.of("Comment", "bad"));
            var machine = server.enrolled();
            var other = server.enrolled();
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 70);
                var whole = changes(socket, machine);
                assertThat(whole.getFromVersion()).isZero();
                assertThat(whole.getToVersion()).isGreaterThan(70);
                assertThat(whole.getChangesList()).hasSize(2);
                inForce(socket, whole.getToVersion(), Support.SUPPORT_ENFORCED);
                try (var second = new MachineSocket(server.gateway.port(), other.tls())) {
                    greet(second, 40);
                    var also = changes(second, other);
                    assertThat(also.getFromVersion()).isZero();
                    assertThat(also.getToVersion()).isGreaterThan(70);
                }
            }
            assertThat(server.events()).contains("blocks.renumbered");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenARequestIsWrongThenNothingIsBlocked(Engine engine) {
        try (var server = new EnrollmentServer(engine)) {
            assertThat(error(server, "/api/files/xyz/block", Map.of("Comment", "c")))
                    .isEqualTo("400 InvalidHashValue");
            assertThat(error(server, "/api/files/" + SHA1 + "/block", Map.of()))
                    .isEqualTo("400 MissingRequiredParameter");
            assertThat(error(server, "/api/files/" + SHA1 + "/block", Map.of("Comment", "c", "StopRunning", "yes")))
                    .isEqualTo("400 InvalidRequestBody");
            assertThat(error(server, "/api/files/" + SHA1 + "/unblock", Map.of("Comment", "c")))
                    .isEqualTo("404 ResourceNotFound");
            assertThat(server.call(server.tenant + " none", "POST", "/api/files/" + SHA1 + "/block", Map.of())
                            .status())
                    .isEqualTo(403);
            assertThat(server.call("GET", "/testwdatppreview/fileactions", Map.of())
                            .body()
                            .get("value"))
                    .isEmpty();
        }
    }

    private static String error(EnrollmentServer server, String path, Map<String, ?> body) {
        var answer = server.call("POST", path, body);
        return answer.status() + " " + answer.body().at("/error/code").stringValue();
    }

    private static JsonNode block(EnrollmentServer server, String hash, Map<String, ?> body) {
        var answer = server.call("POST", "/api/files/" + hash + "/block", body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        return answer.body();
    }

    private static void isolate(EnrollmentServer server, TestMachine machine) {
        assertThat(server.call("POST", "/api/machines/" + machine.id() + "/isolate", Map.of("Comment", "c"))
                        .status())
                .isEqualTo(201);
    }

    private static JsonNode machines(EnrollmentServer server) {
        return server.call("GET", "/cordon/v1/files/blocks/machines", Map.of()).body();
    }

    private static BlockChange change(String hash, boolean blocked, boolean stopRunning) {
        return BlockChange.newBuilder()
                .setHash(ByteString.copyFrom(HexFormat.of().parseHex(hash)))
                .setBlocked(blocked)
                .setStopRunning(stopRunning)
                .build();
    }

    private static BlockChanges changes(MachineSocket socket, TestMachine machine) throws InvalidEnvelopeException {
        var message = socket.receive();
        assertThat(message.hasBlockChanges()).as(message.getBodyCase().name()).isTrue();
        return Envelopes.open(message.getBlockChanges(), machine.commandKey());
    }

    private static void inForce(MachineSocket socket, long version, Support support, String... limits) {
        socket.send(AgentMessage.newBuilder()
                .setBlockListInForce(BlockListInForce.newBuilder()
                        .setVersion(version)
                        .setSupport(support)
                        .addAllLimits(Set.of(limits).stream().collect(Collectors.toList())))
                .build());
    }

    private static void greet(MachineSocket socket, long blockList) {
        socket.send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setBlockListVersion(blockList)
                        .setFacts(MachineFacts.newBuilder().setComputerDnsName("m.example.com")))
                .build());
        assertThat(socket.receive().hasWelcome()).isTrue();
    }
}
