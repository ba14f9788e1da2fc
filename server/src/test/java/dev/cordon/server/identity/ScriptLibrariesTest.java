package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The token libraries of Node and Python, unmodified, against a real server over TLS: MSAL for Node, Azure Identity for
 * Node, MSAL for Python and ADAL. Missing programs are failures that say what to install.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptLibrariesTest {

    private static final Path NODE = Path.of("src", "test", "node").toAbsolutePath();
    private static final Path PYTHON = Path.of("src", "test", "python").toAbsolutePath();

    @TempDir
    private static Path folder;

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");
    private final TestCertificate certificate = TestCertificate.rsa(server.time.instant(), Duration.ofDays(30));
    private String argument = "";

    @BeforeAll
    void register() throws Exception {
        server.database.write(sql -> new ApplicationCertificates(server.time)
                .add(sql, client.application(), certificate.certificate(), Optional.empty(), Optional.empty(), false));
        var key = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(certificate.keys().getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
        Files.writeString(folder.resolve("key.pem"), key);
        Files.writeString(folder.resolve("certificate.pem"), certificate.pem());
        Files.writeString(folder.resolve("both.pem"), certificate.pem() + key);
        argument = Json.MAPPER.writeValueAsString(Map.ofEntries(
                Map.entry("authority", server.base()),
                Map.entry("tenant", client.tenant().id()),
                Map.entry("clientId", client.application().id()),
                Map.entry("clientSecret", client.secret()),
                Map.entry("scope", IdentityServer.SCOPE),
                Map.entry("otherScope", "https://securitycenter.onmicrosoft.com/windowsatpservice/.default"),
                Map.entry("sha1", hex("SHA-1")),
                Map.entry("thumbprint", hex("SHA-256")),
                Map.entry("caFile", server.caFile.toString()),
                Map.entry("keyFile", folder.resolve("key.pem").toString()),
                Map.entry("certificateFile", folder.resolve("certificate.pem").toString()),
                Map.entry("pemFile", folder.resolve("both.pem").toString())));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenTheLibrariesOfNodeAskThenTheirTokensOpenTheApi() throws Exception {
        for (var file : List.of("package.json", "package-lock.json", "tokens.mjs")) {
            Files.copy(NODE.resolve(file), folder.resolve(file));
        }
        run(
                "install Node 20 or newer with npm, and let npm reach its registry",
                List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        assertTokens(
                run("install Node 20 or newer", List.of("node", "tokens.mjs", argument)),
                List.of(
                        "msalSecret",
                        "msalCertificate",
                        "msalCertificateAgain",
                        "identitySecret",
                        "identityCertificate"));
    }

    @Test
    void whenTheLibrariesOfPythonAskThenTheirTokensOpenTheApi() throws Exception {
        assertTokens(
                run(
                        "install Debian's python3-msal and python3-adal",
                        List.of("/usr/bin/python3", PYTHON.resolve("tokens.py").toString(), argument)),
                List.of("msalSecret", "msalCertificate", "msalCertificateAgain", "adalSecret", "adalCertificate"));
    }

    private void assertTokens(JsonNode tokens, List<String> names) {
        for (var name : names) {
            var token = tokens.path(name).asString("");
            assertThat(server.machines(token).statusCode())
                    .as("%s: %s", name, tokens)
                    .isEqualTo(200);
        }
        assertThat(tokens.get("msalRefusal").stringValue()).contains("invalid_client", "AADSTS7000215");
    }

    private JsonNode run(String remedy, List<String> command) throws Exception {
        var output = Files.createTempFile(folder, "output", ".txt");
        var errors = Files.createTempFile(folder, "errors", ".txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        if (!command.getFirst().equals("npm")) {
            // also wins over what this computer may have set for Python
            builder.environment().put("NODE_EXTRA_CA_CERTS", server.caFile.toString());
            builder.environment().put("REQUESTS_CA_BUNDLE", server.caFile.toString());
        }
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command.getFirst() + " did not end within 180 s");
        }
        assertThat(process.exitValue())
                .as("%s failed; %s. It says: %s", command.getFirst(), remedy, Files.readString(errors))
                .isZero();
        var lines =
                Files.readString(output, StandardCharsets.UTF_8).strip().lines().toList();
        return lines.isEmpty() || !lines.getLast().startsWith("{")
                ? Json.MAPPER.createObjectNode()
                : Json.MAPPER.readTree(lines.getLast());
    }

    private String hex(String algorithm) {
        return HexFormat.of()
                .formatHex(certificate.thumbprint(algorithm).decode())
                .toUpperCase(Locale.ROOT);
    }
}
