package dev.cordon.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.identity.IdentityServer.Client;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The token libraries of Node and Python, unmodified, against a real server over TLS: MSAL for Node, Azure Identity for
 * Node, MSAL for Python and ADAL, as applications.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScriptLibrariesTest {

    @TempDir
    private static Path folder;

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");
    private final TestCertificate certificate = TestCertificate.rsa(server.time.instant(), Duration.ofDays(30));
    private Map<String, String> given = Map.of();

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
        given = Map.ofEntries(
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
                Map.entry("pemFile", folder.resolve("both.pem").toString()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenTheLibrariesOfNodeAskThenTheirTokensOpenTheApi() {
        assertTokens(
                ScriptLibraries.node("tokens.mjs", server.caFile, given, question -> ""),
                List.of(
                        "msalSecret",
                        "msalCertificate",
                        "msalCertificateAgain",
                        "identitySecret",
                        "identityCertificate"));
    }

    @Test
    void whenTheLibrariesOfPythonAskThenTheirTokensOpenTheApi() {
        assertTokens(
                ScriptLibraries.python("tokens.py", server.caFile, given, question -> ""),
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

    private String hex(String algorithm) {
        return HexFormat.of()
                .formatHex(certificate.thumbprint(algorithm).decode())
                .toUpperCase(Locale.ROOT);
    }
}
