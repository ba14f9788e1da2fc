package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Support;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.server.delivery.MachineSocket;
import dev.cordon.server.enrollment.TestMachine;
import java.time.Instant;
import java.util.Map;

/** Uses every operation about machines, their actions and files, each so that it succeeds, as administrator and as machine. */
record MachineWalk(DocumentedCalls calls) {

    void run(String admin) {
        var token = calls.ok(
                admin, "POST /enrollment-tokens", Map.of(), "{'description':'Two','maxUses':2,'lifetimeMinutes':5}");
        calls.ok(admin, "GET /enrollment-tokens", Map.of(), null);
        var machine = new TestMachine();
        var request = machine.request(token.get("token").stringValue());
        var enrolled = calls.ok(null, "POST /enroll", Map.of(), request.toString());
        machine.enrolled(enrolled);
        var id = Map.of("id", machine.id());
        var renewal = machine.renewal(
                enrolled.get("tenantId").stringValue(), Instant.now().toString());
        calls.ok(null, "POST /enroll/renewal", Map.of(), renewal.toString());
        calls.ok(admin, "GET /machines/{id}/state", id, null);
        calls.ok(admin, "GET /machines", Map.of(), null);
        calls.ok(admin, "GET /overview", Map.of(), null);
        calls.ok(admin, "GET /me", Map.of(), null);
        calls.ok(admin, "GET /machines/{id}", id, null);
        var gateway = enrolled.at("/gateways/0").stringValue();
        int port = Integer.parseInt(gateway.substring(gateway.lastIndexOf(':') + 1));
        try (var socket = new MachineSocket(port, machine.tls())) {
            greet(socket);
            var isolated = calls.server.call(
                    admin,
                    "POST",
                    "/api/machines/" + machine.id() + "/isolate",
                    DocumentedCalls.json("{'Comment':'test','IsolationType':'Full'}"));
            assertThat(isolated.status()).isEqualTo(201);
            assertThat(socket.receive().hasCommand()).isTrue();
            calls.ok(admin, "POST /machines/{id}/break-glass-code", id, null);
            calls.ok(admin, "GET /machines/{id}/state", id, null);
            calls.ok(admin, "GET /machines/{id}", id, null);
            sample(admin, machine, socket);
            actions(admin, machine.id(), isolated.text("/id"));
            calls.ok(admin, "POST /machines/{id}/revoke-certificates", id, null);
        }
        var tokenId = DocumentedCalls.id(token);
        calls.ok(admin, "DELETE /enrollment-tokens/{id}", tokenId, null);
        calls.ok(admin, "GET /enrollment-tokens/{id}", tokenId, null);
    }

    private void sample(String admin, TestMachine machine, MachineSocket socket) {
        var asked = calls.server.call(
                admin,
                "POST",
                "/api/machines/" + machine.id() + "/requestSample",
                DocumentedCalls.json("{'Comment':'test','Sha1':'" + "ab".repeat(20) + "'}"));
        assertThat(asked.status()).isEqualTo(201);
        Command command;
        try {
            command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
        } catch (InvalidEnvelopeException e) {
            throw new AssertionError(e);
        }
        socket.send(AgentMessage.newBuilder()
                .setUploadOffer(UploadOffer.newBuilder()
                        .setUploadId("u1")
                        .setSequence(command.getSequence())
                        .setActionId(command.getActionId())
                        .setKind(ObjectKind.OBJECT_KIND_SAMPLE)
                        .setSha256(
                                ByteString.fromHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")))
                .build());
        assertThat(socket.receive().getUploadState().getComplete()).isTrue();
        var report = Report.newBuilder()
                .setTenantId(command.getTenantId())
                .setMachineId(machine.id())
                .setReportNumber(1)
                .setSequence(command.getSequence())
                .setActionId(command.getActionId())
                .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED));
        socket.send(AgentMessage.newBuilder()
                .setReport(Envelopes.seal(report.build(), machine.key()))
                .build());
        assertThat(socket.receive().hasReportReceived()).isTrue();
        var id = Map.of("id", asked.text("/id"));
        calls.ok(admin, "POST /machineactions/{id}/sample-link", id, null);
        calls.ok(admin, "DELETE /machineactions/{id}/links", id, null);
        calls.ok(admin, "DELETE /machineactions/{id}/objects", id, null);
    }

    private void actions(String admin, String machine, String action) {
        calls.ok(admin, "GET /machineactions/{id}", Map.of("id", action), null);
        calls.ok(admin, "GET /machineactions/{id}/timeline", Map.of("id", action), null);
        calls.ok(admin, "GET /machines/{id}/timeline", Map.of("id", machine), null);
        calls.ok(admin, "GET /overview", Map.of(), null);
        var blocked = calls.server.call(
                admin, "POST", "/api/files/" + "ab".repeat(20) + "/block", DocumentedCalls.json("{'Comment':'test'}"));
        assertThat(blocked.status()).isEqualTo(201);
        calls.ok(admin, "GET /quarantine", Map.of(), null);
        calls.ok(admin, "GET /files/blocks", Map.of(), null);
        calls.ok(admin, "GET /files/blocks/machines", Map.of(), null);
        var quarantine = calls.server.call(
                admin,
                "POST",
                "/api/machines/" + machine + "/StopAndQuarantineFile",
                DocumentedCalls.json("{'Comment':'test','Sha1':'" + "ab".repeat(20) + "'}"));
        var comment = "{'comment':'false alarm'}";
        calls.ok(admin, "POST /files/{hash}/restore", Map.of("hash", "ab".repeat(20)), comment);
        calls.ok(admin, "POST /machineactions/{id}/restore", Map.of("id", quarantine.text("/id")), comment);
        calls.ok(
                admin,
                "POST /machines/{id}/restore",
                Map.of("id", machine),
                "{'comment':'false alarm','hash':'" + "cd".repeat(32) + "'}");
    }

    private static void greet(MachineSocket socket) {
        socket.send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setFacts(MachineFacts.newBuilder().setComputerDnsName("m.example.com"))
                        .addCapabilities(Capability.newBuilder()
                                .setName("NetworkIsolation")
                                .setSupport(Support.SUPPORT_ENFORCED)
                                .addLimits("none"))
                        .addCapabilities(Capability.newBuilder()
                                .setName("FileQuarantine")
                                .setSupport(Support.SUPPORT_ENFORCED))
                        .addCapabilities(Capability.newBuilder()
                                .setName("SampleCollection")
                                .setSupport(Support.SUPPORT_ENFORCED)))
                .build());
        assertThat(socket.receive().hasWelcome()).isTrue();
    }
}
