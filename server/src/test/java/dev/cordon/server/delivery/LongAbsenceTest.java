package dev.cordon.server.delivery;

import static dev.cordon.server.delivery.UploadTalk.chunk;
import static dev.cordon.server.delivery.UploadTalk.greet;
import static dev.cordon.server.delivery.UploadTalk.offer;
import static dev.cordon.server.delivery.UploadTalk.ordered;
import static dev.cordon.server.delivery.UploadTalk.random;
import static dev.cordon.server.delivery.UploadTalk.reported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.store.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hours and days pass between the halves of a package: it arrives whole, or its action ends with the reason. */
final class LongAbsenceTest {

    private static final int CHUNK = 64 * 1024;
    private static final int HALF = 5 * CHUNK;
    private static final byte[] CONTENT = random(9 * CHUNK + 17, 6);

    @Test
    void whenNobodyWasThereForHoursThenTheUploadGoesOnWhereItWas() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            var command = half(server, machine);
            absent(server, Duration.ofHours(20));
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, command.getSequence());
                assertThat(offered(socket, command).getReceived()).isEqualTo(HALF);
                rest(socket, HALF);
                reported(socket, server, machine, command, 1, succeeded());
            }
            assertThat(status(server, command)).isEqualTo("Succeeded");
            assertThat(link(server, command)).isEqualTo(200);
        }
    }

    @Test
    void whenNobodyWasThereForTwoDaysThenTheHalfIsForgottenAndTheMachineSendsAllOfIt() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            var command = half(server, machine);
            absent(server, Duration.ofDays(2));
            assertThat(filesOnDisk(server)).isZero();
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, command.getSequence());
                assertThat(offered(socket, command).getReceived()).isZero();
                rest(socket, 0);
                reported(socket, server, machine, command, 1, succeeded());
            }
            assertThat(status(server, command)).isEqualTo("Succeeded");
            assertThat(link(server, command)).isEqualTo(200);
        }
    }

    @Test
    void whenTheActionsTimeWasOverMeanwhileThenItTimesOutAndTheMachineIsToldSo() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            var command = half(server, machine);
            absent(server, Duration.ofDays(8));
            assertThat(status(server, command)).isEqualTo("TimeOut");
            assertThat(filesOnDisk(server)).isZero();
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, command.getSequence());
                var answer = offered(socket, command);
                assertThat(answer.getRefused()).isEqualTo("the action has ended as TimeOut");
                reported(
                        socket,
                        server,
                        machine,
                        command,
                        1,
                        Outcome.newBuilder()
                                .setResult(Result.RESULT_FAILED)
                                .setMessage("the server does not take the file: " + answer.getRefused()));
            }
            assertThat(status(server, command)).isEqualTo("TimeOut");
            assertThat(link(server, command)).isEqualTo(404);
            assertThat(server.events()).contains("action.expired", "action.report-late");
            assertThat(filesOnDisk(server)).isZero();
        }
    }

    /** A machine that was ordered to collect, and handed half of its package over. */
    private static Command half(EnrollmentServer server, TestMachine machine) throws Exception {
        try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
            greet(socket, 0);
            var command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
            offered(socket, command);
            for (int at = 0; at < HALF; at += CHUNK) {
                chunk(socket, "u1", CONTENT, at, CHUNK);
            }
            return command;
        }
    }

    /** Time passes, and the server does what it does as soon as it is back. */
    private static void absent(EnrollmentServer server, Duration time) throws IOException {
        server.pass(time);
        server.expiry.runOnce();
        server.sweep.runOnce();
    }

    private static UploadState offered(MachineSocket socket, Command command) throws Exception {
        return offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, CONTENT);
    }

    private static void rest(MachineSocket socket, int from) throws Exception {
        var state = UploadState.getDefaultInstance();
        for (int at = from; at < CONTENT.length; at += CHUNK) {
            state = chunk(socket, "u1", CONTENT, at, Math.min(CHUNK, CONTENT.length - at));
        }
        assertThat(state.getComplete()).isTrue();
    }

    private static Outcome.Builder succeeded() {
        return Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED).addUploads("u1");
    }

    private static String status(EnrollmentServer server, Command command) {
        return server.call("GET", "/api/machineactions/" + command.getActionId(), Map.of())
                .body()
                .get("status")
                .stringValue();
    }

    private static int link(EnrollmentServer server, Command command) {
        return server.call("GET", "/api/machineactions/" + command.getActionId() + "/getPackageUri", Map.of())
                .status();
    }

    private static long filesOnDisk(EnrollmentServer server) throws IOException {
        try (var files = Files.list(server.objects)) {
            return files.count();
        }
    }
}
