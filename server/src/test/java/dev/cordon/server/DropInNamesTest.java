package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server that stands in for the original in a lab: curl calls it by the original's names and checks its certificate. */
final class DropInNamesTest {

    @TempDir
    private Path folder;

    @Test
    void whenDropInNamesAreOnThenTokenServiceAndApiAnswerUnderEveryName() throws Exception {
        var data = folder.resolve("data");
        try (var server = CordonServer.start(ServerSettings.onLoopback(data).withDropInNames(true))) {
            var operator = Json.MAPPER.readTree(Files.readString(data.resolve("operator.json")));
            var tenant = operator.get("tenantId").stringValue();
            for (var host : List.of("login.microsoftonline.com", "login.windows.net", "sts.windows.net")) {
                var document = curl(
                        server, data, 0, "https://" + host + "/" + tenant + "/v2.0/.well-known/openid-configuration");
                assertThat(document.get("issuer").stringValue()).isEqualTo("https://" + host + "/" + tenant + "/v2.0");
                assertThat(document.get("token_endpoint").stringValue())
                        .isEqualTo("https://" + host + "/" + tenant + "/oauth2/v2.0/token");
            }
            var instance = curl(
                    server,
                    data,
                    0,
                    "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1"
                            + "&authorization_endpoint=https://login.windows.net/" + tenant + "/oauth2/v2.0/authorize");
            assertThat(instance.at("/metadata/0/preferred_cache").stringValue()).isEqualTo("login.windows.net");
            assertThat(instance.at("/metadata/0/aliases").size()).isEqualTo(4);
            var token = curl(
                            server,
                            data,
                            0,
                            "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token",
                            "-d",
                            "grant_type=client_credentials&client_id="
                                    + operator.get("clientId").stringValue(),
                            "--data-urlencode",
                            "client_secret=" + operator.get("clientSecret").stringValue(),
                            "-d",
                            "scope=https://api.securitycenter.microsoft.com/.default")
                    .get("access_token")
                    .stringValue();
            for (var host : DropInNames.HOSTS) {
                var answer = curl(
                        server, data, 0, "https://" + host + "/api/machines", "-H", "Authorization: Bearer " + token);
                assertThat(answer.at("/error/code").stringValue()).as(host).isEqualTo("Forbidden");
            }
        }
    }

    @Test
    void whenDropInNamesAreOffThenTheCertificateDoesNotCoverThem() throws Exception {
        var data = folder.resolve("data");
        try (var server = CordonServer.start(ServerSettings.onLoopback(data))) {
            curl(server, data, 60, "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration");
        }
    }

    /** Calls as if the name led to the server, as in a lab's hosts file. */
    private static JsonNode curl(CordonServer server, Path data, int status, String url, String... more)
            throws Exception {
        var command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--max-time",
                "20",
                "--cacert",
                data.resolve("tls/ca.pem").toString(),
                "--connect-to",
                "::127.0.0.1:" + server.port(),
                url));
        command.addAll(List.of(more));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(status);
        return status == 0 ? Json.MAPPER.readTree(output) : Json.MAPPER.createObjectNode();
    }
}
