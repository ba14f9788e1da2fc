package dev.cordon.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Acknowledge;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.MachineFacts;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Started;
import dev.cordon.protocol.wire.Support;
import dev.cordon.protocol.wire.Welcome;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.store.Engine;
import java.security.PrivateKey;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the API through the gateway to an enrolled machine and back, over mutual TLS. */
final class DeliveryTest {

    private @Nullable EnrollmentServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private EnrollmentServer start(Engine engine) {
        server = new EnrollmentServer(engine);
        return server;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnIsolationIsAskedForThenTheMachineGetsItAndItsReportsMoveTheAction(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            var action = isolate(server, machine);
            var command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
            assertThat(command.getMachineId()).isEqualTo(machine.id());
            assertThat(command.getActionId()).isEqualTo(action);
            socket.send(AgentMessage.newBuilder()
                    .setAcknowledge(Acknowledge.newBuilder().setSequence(command.getSequence()))
                    .build());

            report(socket, machine.key(), report(server, machine, command, 1).setStarted(Started.getDefaultInstance()));
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(1);
            assertThat(status(server, action)).isEqualTo("InProgress");

            var outcome = report(server, machine, command, 2)
                    .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED))
                    .addStates(ObservedState.newBuilder()
                            .setAspect(Aspect.ASPECT_ISOLATION)
                            .setValue("Full")
                            .setSequence(command.getSequence()));
            report(socket, machine.key(), outcome);
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(2);
            assertThat(status(server, action)).isEqualTo("Succeeded");

            int before = server.events().size();
            report(socket, machine.key(), outcome);
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(2);
            assertThat(server.events()).hasSize(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheConnectionBrokeBeforeTheJournalThenTheCommandComesAgain(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        long sequence;
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            isolate(server, machine);
            sequence = Envelopes.open(socket.receive().getCommand(), machine.commandKey())
                    .getSequence();
        }
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            assertThat(Envelopes.open(socket.receive().getCommand(), machine.commandKey())
                            .getSequence())
                    .isEqualTo(sequence);
        }
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, sequence);
            socket.send(AgentMessage.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
            assertThat(socket.receive().hasHeartbeatReceived()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReportIsForgedOrForAnotherMachineThenItChangesNothing(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        var other = server.enrolled();
        Command command;
        String action;
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            action = isolate(server, machine);
            command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
            var forged = report(server, machine, command, 1)
                    .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED));
            report(socket, other.key(), forged);
            assertRefused(socket);
        }
        try (var socket = new MachineSocket(server.gateway.port(), other.tls())) {
            greet(socket, 0);
            report(
                    socket,
                    other.key(),
                    report(server, machine, command, 1)
                            .setOutcome(Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED)));
            assertRefused(socket);
        }
        assertThat(status(server, action)).isEqualTo("Pending");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAReportCannotBeAppliedThenItIsAuditedAndAcknowledgedAndTheConnectionGoesOn(Engine engine)
            throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            isolate(server, machine);
            var command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
            server.database.write(sql -> sql.execute("UPDATE machine_actions SET status = 'Nonsense'"));
            report(socket, machine.key(), report(server, machine, command, 1).setStarted(Started.getDefaultInstance()));
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(1);
            assertThat(server.events().getLast()).isEqualTo("report.not-applied");

            server.database.write(sql -> sql.execute("UPDATE machine_actions SET status = 'Pending'"));
            report(socket, machine.key(), report(server, machine, command, 2).setStarted(Started.getDefaultInstance()));
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(2);
            assertThat(status(server, command.getActionId())).isEqualTo("InProgress");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheStoreIsInTroubleThenAReportIsNotAcknowledgedAndGoesThroughLater(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        Command command;
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            isolate(server, machine);
            command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
            server.database.write(sql -> sql.execute("ALTER TABLE audit_entries RENAME TO audit_entries_away"));
            report(socket, machine.key(), report(server, machine, command, 1).setStarted(Started.getDefaultInstance()));
            socket.awaitEnd();
        }
        server.database.write(sql -> sql.execute("ALTER TABLE audit_entries_away RENAME TO audit_entries"));
        assertThat(status(server, command.getActionId())).isEqualTo("Pending");
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, command.getSequence());
            report(socket, machine.key(), report(server, machine, command, 1).setStarted(Started.getDefaultInstance()));
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(1);
            assertThat(status(server, command.getActionId())).isEqualTo("InProgress");
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheCertificateIsRevokedThenTheConnectionEndsAndNoneIsMadeAgain(Engine engine) {
        var server = start(engine);
        var machine = server.enrolled();
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            server.database.write(sql -> server.certificates.revoke(sql, server.tenant, "test", machine.id()));
            socket.send(AgentMessage.newBuilder()
                    .setHeartbeat(Heartbeat.getDefaultInstance())
                    .build());
            assertThat(socket.receive().getGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED);
        }
        assertThatThrownBy(() -> new MachineSocket(server.gateway.port(), machine.tls()))
                .isInstanceOf(CompletionException.class);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnAdministratorRevokesTheCertificatesThenTheConnectionEndsAtOnce(Engine engine) {
        var server = start(engine);
        var machine = server.enrolled();
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            assertThat(server.call("POST", "/cordon/v1/machines/" + machine.id() + "/revoke-certificates", Map.of())
                            .status())
                    .isEqualTo(200);
            assertThat(socket.receive().getGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED);
        }
        assertThatThrownBy(() -> new MachineSocket(server.gateway.port(), machine.tls()))
                .isInstanceOf(CompletionException.class);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAMachineConnectsThenItIsToldTheNumberOfItsLastReportThatCounted(Engine engine) throws Exception {
        var server = start(engine);
        var machine = server.enrolled();
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            assertThat(greet(socket, 0).getLastReportNumber()).isZero();
            isolate(server, machine);
            var command = Envelopes.open(socket.receive().getCommand(), machine.commandKey());
            report(socket, machine.key(), report(server, machine, command, 7).setStarted(Started.getDefaultInstance()));
            assertThat(socket.receive().getReportReceived().getReportNumber()).isEqualTo(7);
        }
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            assertThat(greet(socket, 0).getLastReportNumber()).isEqualTo(7);
        }
    }

    private static Welcome greet(MachineSocket socket, long journaled) {
        socket.send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocolVersion(1)
                        .setLastJournaledSequence(journaled)
                        .setFacts(MachineFacts.newBuilder().setComputerDnsName("m.example.com"))
                        .addCapabilities(Capability.newBuilder()
                                .setName("NetworkIsolation")
                                .setSupport(Support.SUPPORT_ENFORCED)))
                .build());
        var answer = socket.receive();
        assertThat(answer.hasWelcome()).isTrue();
        return answer.getWelcome();
    }

    private static String isolate(EnrollmentServer server, TestMachine machine) {
        var answer = server.call(
                "POST",
                "/api/machines/" + machine.id() + "/isolate",
                Map.of("Comment", "test", "IsolationType", "Full"));
        assertThat(answer.status()).isEqualTo(201);
        return answer.body().get("id").stringValue();
    }

    private static Report.Builder report(EnrollmentServer server, TestMachine machine, Command command, long number) {
        return Report.newBuilder()
                .setTenantId(server.tenant)
                .setMachineId(machine.id())
                .setReportNumber(number)
                .setSequence(command.getSequence())
                .setActionId(command.getActionId());
    }

    private static void report(MachineSocket socket, PrivateKey key, Report.Builder report) {
        socket.send(AgentMessage.newBuilder()
                .setReport(Envelopes.seal(report.build(), key))
                .build());
    }

    private static void assertRefused(MachineSocket socket) {
        var message = socket.receive();
        while (message.hasCommand()) {
            message = socket.receive();
        }
        assertThat(message.getGoodbye().getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR);
    }

    private static String status(EnrollmentServer server, String action) {
        return server.call("GET", "/api/machineactions/" + action, Map.of())
                .body()
                .get("status")
                .stringValue();
    }
}
