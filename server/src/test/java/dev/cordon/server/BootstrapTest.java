package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the first people get in: by one link that the server prints, for there is no account and no password before. */
final class BootstrapTest {

    private static final Pattern LINK = Pattern.compile("https://\\S+/signin/invitation/([\\w-]{43})$");

    @TempDir
    private Path folder;

    @Test
    void whenAServerStartsForTheFirstTimeThenItPrintsOneLinkAndThereIsNobodyWithAPassword() throws Exception {
        var data = folder.resolve("data");
        String first;
        try (var server = ServerProcess.on(data)) {
            var said = server.output(2);
            first = link(said.getLast());
            assertThat(said).hasSize(2);
            assertThat(said.getFirst()).startsWith("Cordon is ready: https://");
            try (var operator = OperatorClient.of(data)) {
                assertThat(operator.get(null, path(first)).statusCode()).isEqualTo(200);
                var users = operator.get(operator.token(), "/cordon/v1/users");
                assertThat(users.statusCode()).as(users.body()).isEqualTo(200);
                assertThat(Json.MAPPER.readTree(users.body()).get("value")).isEmpty();
            }
            assertThat(server.errors()).doesNotContain(code(first)).doesNotContain(secret(data));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("operator.json"))))
                .isEqualTo("rw-------");
        try (var server = ServerProcess.on(data)) {
            var second = link(server.output(2).getLast());
            assertThat(second).isNotEqualTo(first);
            try (var operator = OperatorClient.of(data)) {
                assertThat(operator.get(null, path(first)).statusCode())
                        .as("the earlier link")
                        .isEqualTo(404);
                assertThat(operator.get(null, path(second)).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void whenThereIsAUserThenNoLinkIsPrinted() throws Exception {
        var data = folder.resolve("data");
        try (var server = CordonServer.start(ServerSettings.onLoopback(data));
                var operator = OperatorClient.of(data)) {
            assertThat(server.firstAdministratorLink()).isPresent();
            var made = operator.post(
                    operator.token(),
                    "/cordon/v1/users",
                    "{\"userPrincipalName\":\"ada@example.com\",\"displayName\":\"Ada\"}");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            assertThat(server.firstAdministratorLink()).isEmpty();
        }
    }

    private static String link(String line) {
        var link = LINK.matcher(line);
        assertThat(link.find()).as(line).isTrue();
        return link.group();
    }

    private static String code(String link) {
        return link.substring(link.lastIndexOf('/') + 1);
    }

    private static String path(String link) {
        return "/signin/invitation/" + code(link);
    }

    private static String secret(Path data) throws Exception {
        return Json.MAPPER
                .readTree(Files.readString(data.resolve("operator.json")))
                .get("clientSecret")
                .stringValue();
    }
}
