package dev.cordon.server.delivery;

import static dev.cordon.server.delivery.UploadTalk.chunk;
import static dev.cordon.server.delivery.UploadTalk.greet;
import static dev.cordon.server.delivery.UploadTalk.offer;
import static dev.cordon.server.delivery.UploadTalk.offerOf;
import static dev.cordon.server.delivery.UploadTalk.ordered;
import static dev.cordon.server.delivery.UploadTalk.random;
import static dev.cordon.server.delivery.UploadTalk.send;
import static dev.cordon.server.delivery.UploadTalk.state;
import static dev.cordon.server.delivery.UploadTalk.succeeded;
import static dev.cordon.server.delivery.UploadTalk.upload;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.server.enrollment.EnrollmentServer;
import dev.cordon.server.store.Engine;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages and samples from a machine to a download, over mutual TLS and by plain links. */
final class HandedOverTest {

    private static final int CHUNK = 64 * 1024;
    private static final String SHA1 = "87662bc3d60e4200ceaf7aae249d1c343f4b83c9";

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAPackageIsHandedOverInPiecesThenItIsDownloadedByALinkWithoutAToken(Engine engine) throws Exception {
        try (var server = new EnrollmentServer(engine)) {
            var machine = server.enrolled();
            var content = random(7 * CHUNK + 1_234, 1);
            Command command;
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
                var uri = "/api/machineactions/" + command.getActionId() + "/getPackageUri";
                assertThat(server.call("GET", uri, Map.of()).status()).isEqualTo(404);
                assertThat(offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content)
                                .getReceived())
                        .isZero();
                assertThat(chunk(socket, "u1", content, 0, 100).getReceived()).isEqualTo(100);
                assertThat(chunk(socket, "u1", content, 100, CHUNK).getReceived())
                        .isEqualTo(100 + CHUNK);
                // a gap, a repetition, and bytes that were changed on the way move nothing
                assertThat(chunk(socket, "u1", content, 3 * CHUNK, CHUNK).getReceived())
                        .isEqualTo(100 + CHUNK);
                assertThat(chunk(socket, "u1", content, 0, 100).getReceived()).isEqualTo(100 + CHUNK);
                send(
                        socket,
                        UploadChunk.newBuilder()
                                .setUploadId("u1")
                                .setOffset(100 + CHUNK)
                                .setData(ByteString.copyFrom(new byte[9]))
                                .setSha256(ByteString.copyFrom(new byte[32])));
                assertThat(state(socket).getReceived()).isEqualTo(100 + CHUNK);
            }
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, command.getSequence());
                long at = offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content)
                        .getReceived();
                assertThat(at).isEqualTo(100 + CHUNK);
                UploadState state = UploadState.getDefaultInstance();
                while (at < content.length) {
                    state = chunk(socket, "u1", content, (int) at, (int) Math.min(CHUNK, content.length - at));
                    at = state.getReceived();
                }
                assertThat(state.getComplete()).isTrue();
                assertThat(offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content)
                                .getComplete())
                        .isTrue();
                succeeded(socket, server, machine, command, 1);
            }
            var asOfOld = server.call(
                            "GET",
                            "/testwdatppreview/machineactions/" + command.getActionId() + "/getPackageUri",
                            Map.of())
                    .body();
            assertThat(asOfOld.get("@odata.context").stringValue()).endsWith("/testwdatppreview/$metadata#Edm.String");
            assertThat(get(server, asOfOld.get("value").stringValue()).body()).isEqualTo(content);
            var link = packageUri(server, command);
            var whole = get(server, link);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(whole.body()).isEqualTo(content);
            var headers = whole.headers();
            assertThat(headers.firstValue("Content-Disposition").orElseThrow()).contains("filename=\"p.zip\"");
            assertThat(headers.firstValue("Content-Length")).contains(Integer.toString(content.length));
            assertThat(headers.firstValue("Last-Modified")).isPresent();
            var tag = headers.firstValue("ETag").orElseThrow();
            assertThat(get(server, link, "Range", "bytes=65530-131099").body())
                    .isEqualTo(Arrays.copyOfRange(content, 65_530, 131_100));
            assertThat(get(server, link, "x-ms-range", "bytes=0-9", "Range", "bytes=5-6")
                            .statusCode())
                    .isEqualTo(206);
            var last = get(server, link, "Range", "bytes=-4", "If-Range", tag);
            assertThat(last.body()).isEqualTo(Arrays.copyOfRange(content, content.length - 4, content.length));
            assertThat(last.headers().firstValue("Content-Range"))
                    .contains("bytes " + (content.length - 4) + "-" + (content.length - 1) + "/" + content.length);
            assertThat(get(server, link, "Range", "bytes=1-2", "If-Range", "\"other\"")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(server, link, "Range", "bytes=" + content.length + "-")
                            .statusCode())
                    .isEqualTo(416);
            assertThat(get(server, link, "If-None-Match", tag).statusCode()).isEqualTo(304);
            var head = server.fetch(HttpRequest.newBuilder(URI.create(link)).HEAD());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Length")).contains(Integer.toString(content.length));
            assertThat(get(server, link.substring(0, link.length() - 1) + "_").statusCode())
                    .isEqualTo(403);
            assertThat(server.events()).contains("object.received", "object.link-issued", "object.downloaded");

            server.pass(Duration.ofMinutes(6));
            assertThat(get(server, link).statusCode()).isEqualTo(403);
            var second = packageUri(server, command);
            var action = "/cordon/v1/machineactions/" + command.getActionId();
            assertThat(server.call("DELETE", action + "/links", Map.of()).status())
                    .isEqualTo(204);
            assertThat(get(server, second).statusCode()).isEqualTo(403);
            var third = packageUri(server, command);
            assertThat(server.call("DELETE", action + "/objects", Map.of()).status())
                    .isEqualTo(204);
            assertThat(get(server, third).statusCode()).isEqualTo(403);
            assertThat(server.objects).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenASampleIsHandedOverThenItIsKeptEncryptedAndHandedOutInAZipWithThePassword(Engine engine) throws Exception {
        try (var server = new EnrollmentServer(engine)) {
            var machine = server.enrolled();
            var content = "this is not really evil ".repeat(9_000).getBytes();
            Command command;
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                command = ordered(socket, server, machine, "requestSample", Map.of("Comment", "c", "Sha1", SHA1));
                upload(socket, command, ObjectKind.OBJECT_KIND_SAMPLE, content);
                succeeded(socket, server, machine, command, 1);
            }
            try (var kept = Files.newDirectoryStream(server.objects)) {
                for (var file : kept) {
                    assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain("evil");
                }
            }
            assertThat(server.objects).isNotEmptyDirectory();
            var answer = server.call(
                    "POST", "/cordon/v1/machineactions/" + command.getActionId() + "/sample-link", Map.of());
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
            var link = answer.body().at("/value/0/url").stringValue();
            var zip = get(server, link).body();
            try (var in = new ZipInputStream(new ByteArrayInputStream(zip), "infected".toCharArray())) {
                var entry = in.getNextEntry();
                assertThat(entry.getFileName()).isEqualTo("p.zip");
                assertThat(entry.isEncrypted()).isTrue();
                assertThat(in.readAllBytes()).isEqualTo(content);
                assertThat(in.getNextEntry()).isNull();
            }
            assertThat(get(server, link).body()).isEqualTo(zip);
            for (var part : new int[][] {{0, 3}, {40, 70}, {100_000, 165_000}, {zip.length - 30, zip.length - 1}}) {
                assertThat(get(server, link, "Range", "bytes=" + part[0] + "-" + part[1])
                                .body())
                        .isEqualTo(Arrays.copyOfRange(zip, part[0], part[1] + 1));
            }
            server.pass(Duration.ofDays(181));
            server.sweep.runOnce();
            assertThat(server.objects).isEmptyDirectory();
            assertThat(server.events()).contains("object.expired");
        }
    }

    @Test
    void whenNobodyAskedForAnObjectThenItIsRefusedWithTheReason() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            var other = server.enrolled();
            var content = random(10, 2);
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls());
                    var foreign = new MachineSocket(server.gateway.port(), other.tls())) {
                greet(socket, 0);
                greet(foreign, 0);
                var command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
                assertThat(offer(foreign, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content)
                                .getRefused())
                        .contains("no command asked");
                assertThat(offer(socket, command, "u2", ObjectKind.OBJECT_KIND_SAMPLE, content)
                                .getRefused())
                        .contains("did not ask for such");
                var huge = offerOf(command, "u3", ObjectKind.OBJECT_KIND_PACKAGE, content)
                        .setSize(5L << 30);
                socket.send(AgentMessage.newBuilder().setUploadOffer(huge).build());
                assertThat(state(socket).getRefused()).contains("settings allow");
                var lying = offerOf(command, "u4", ObjectKind.OBJECT_KIND_PACKAGE, content)
                        .setSha256(ByteString.copyFrom(new byte[32]));
                socket.send(AgentMessage.newBuilder().setUploadOffer(lying).build());
                assertThat(state(socket).getRefused()).isEmpty();
                assertThat(chunk(socket, "u4", content, 0, content.length).getRefused())
                        .contains("not the one that was announced");
                assertThat(chunk(socket, "u9", content, 0, content.length).getRefused())
                        .contains("offered");
                assertThat(server.objects).isEmptyDirectory();
                succeeded(socket, server, machine, command, 1);
                assertThat(offer(socket, command, "u5", ObjectKind.OBJECT_KIND_PACKAGE, content)
                                .getRefused())
                        .contains("has ended as Succeeded");
                assertThat(server.call(
                                        "GET",
                                        "/api/machineactions/" + command.getActionId() + "/getPackageUri",
                                        Map.of())
                                .status())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void whenAnUploadIsLeftHalfwayThenItGoesAfterADay() throws Exception {
        try (var server = new EnrollmentServer(Engine.SQLITE)) {
            var machine = server.enrolled();
            var content = random(CHUNK, 3);
            try (var socket = new MachineSocket(server.gateway.port(), machine.tls())) {
                greet(socket, 0);
                var command = ordered(socket, server, machine, "collectInvestigationPackage", Map.of("Comment", "c"));
                offer(socket, command, "u1", ObjectKind.OBJECT_KIND_PACKAGE, content);
                chunk(socket, "u1", content, 0, 100);
            }
            server.pass(Duration.ofHours(23));
            server.sweep.runOnce();
            assertThat(server.objects).isNotEmptyDirectory();
            server.pass(Duration.ofHours(2));
            server.sweep.runOnce();
            assertThat(server.objects).isEmptyDirectory();
        }
    }

    private static String packageUri(EnrollmentServer server, Command command) {
        var answer = server.call("GET", "/api/machineactions/" + command.getActionId() + "/getPackageUri", Map.of());
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().get("@odata.context").stringValue()).endsWith("/api/$metadata#Edm.String");
        return answer.body().get("value").stringValue();
    }

    private static HttpResponse<byte[]> get(EnrollmentServer server, String link, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(link));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.fetch(request);
    }
}
