package dev.cordon.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Acknowledge;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.enrollment.TestMachine;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** What a machine that hands something over says, message by message. */
final class UploadTalk {

    private static final int CHUNK = 64 * 1024;

    private UploadTalk() {}

    static Command ordered(
            MachineSocket socket, EnrollmentServer server, TestMachine machine, String verb, Map<String, ?> body)
            throws Exception {
        var answer = server.call("POST", "/api/machines/" + machine.id() + "/" + verb, body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
        var command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
        socket.send(AgentMessage.newBuilder()
                .setAcknowledge(Acknowledge.newBuilder().setSequence(command.getSequence()))
                .build());
        return command;
    }

    static void upload(MachineSocket socket, Command command, ObjectKind kind, byte[] content) throws Exception {
        long at = offer(socket, command, "u1", kind, content).getReceived();
        while (at < content.length) {
            at = chunk(socket, "u1", content, (int) at, (int) Math.min(CHUNK, content.length - at))
                    .getReceived();
        }
    }

    static void succeeded(
            MachineSocket socket, EnrollmentServer server, TestMachine machine, Command command, long number) {
        reported(
                socket,
                server,
                machine,
                command,
                number,
                Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED).addUploads("u1"));
    }

    static void reported(
            MachineSocket socket,
            EnrollmentServer server,
            TestMachine machine,
            Command command,
            long number,
            Outcome.Builder outcome) {
        socket.send(AgentMessage.newBuilder()
                .setReport(Envelopes.seal(
                        Report.newBuilder()
                                .setTenantId(server.tenant)
                                .setMachineId(machine.id())
                                .setReportNumber(number)
                                .setSequence(command.getSequence())
                                .setActionId(command.getActionId())
                                .setOutcome(outcome)
                                .build(),
                        machine.key()))
                .build());
        assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(number);
    }

    static UploadOffer.Builder offerOf(Command command, String id, ObjectKind kind, byte[] content) throws Exception {
        return UploadOffer.newBuilder()
                .setUploadId(id)
                .setSequence(command.getSequence())
                .setActionId(command.getActionId())
                .setKind(kind)
                .setName("../x/p.zip")
                .setSize(content.length)
                .setSha256(ByteString.copyFrom(sha256(content)));
    }

    static UploadState offer(MachineSocket socket, Command command, String id, ObjectKind kind, byte[] content)
            throws Exception {
        socket.send(AgentMessage.newBuilder()
                .setUploadOffer(offerOf(command, id, kind, content))
                .build());
        return state(socket);
    }

    static UploadState chunk(MachineSocket socket, String id, byte[] content, int offset, int length) throws Exception {
        var data = Arrays.copyOfRange(content, offset, offset + length);
        send(
                socket,
                UploadChunk.newBuilder()
                        .setUploadId(id)
                        .setOffset(offset)
                        .setData(ByteString.copyFrom(data))
                        .setSha256(ByteString.copyFrom(sha256(data))));
        return state(socket);
    }

    static void send(MachineSocket socket, UploadChunk.Builder chunk) {
        socket.send(AgentMessage.newBuilder().setUploadChunk(chunk).build());
    }

    static UploadState state(MachineSocket socket) {
        var message = socket.receive();
        assertThat(message.hasUploadState()).as(message.getBodyCase().name()).isTrue();
        return message.getUploadState();
    }

    static byte[] random(int length, long seed) {
        var bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    static void greet(MachineSocket socket, long journaled) {
        socket.send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setLastJournaledSequence(journaled)
                        .setFacts(MachineFacts.newBuilder().setComputerDnsName("m.example.com")))
                .build());
        assertThat(socket.receive().hasWelcome()).isTrue();
    }
}
