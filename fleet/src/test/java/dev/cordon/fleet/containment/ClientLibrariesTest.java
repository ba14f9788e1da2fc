package dev.cordon.fleet.containment;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import dev.cordon.fleet.client.ClientCredentials;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Clients that people use get a token over TLS and isolate a machine with it. */
class ClientLibrariesTest {

    private static final Duration SHORT = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    private static TestBed bed;

    @BeforeAll
    static void open() {
        bed = TestBed.open(directory, 1);
    }

    @AfterAll
    static void close() {
        bed.close();
    }

    @AfterEach
    void letTheMachineBack() {
        bed.releaseForSure(1);
    }

    @Test
    void whenCurlSendsTheSecretInTheBodyThenItsTokenIsolatesAMachine() throws Exception {
        ClientCredentials application = bed.tenancy().application();
        String token = curl(
                        "--data-urlencode",
                        "client_id=" + application.clientId(),
                        "--data-urlencode",
                        "client_secret=" + application.clientSecret(),
                        "-d",
                        "grant_type=client_credentials",
                        "-d",
                        "scope=" + ClientCredentials.RESOURCE + "/.default",
                        bed.place().url() + application.tokenPath())
                .path("access_token")
                .asString();

        isolateWithCurl(token);
    }

    @Test
    void whenCurlSendsTheSecretAsHttpBasicThenItsTokenIsolatesAMachine() throws Exception {
        ClientCredentials application = bed.tenancy().application();
        String token = curl(
                        "--user",
                        application.clientId() + ":" + application.clientSecret(),
                        "-d",
                        "grant_type=client_credentials",
                        "-d",
                        "resource=" + ClientCredentials.RESOURCE,
                        bed.place().url() + "/" + application.tenantId() + "/oauth2/token")
                .path("access_token")
                .asString();

        isolateWithCurl(token);
    }

    @Test
    void whenMsalForJavaGetsATokenThenItIsolatesAMachine() throws Exception {
        ClientCredentials application = bed.tenancy().application();
        var msal = ConfidentialClientApplication.builder(
                        application.clientId(), ClientCredentialFactory.createFromSecret(application.clientSecret()))
                .authority(bed.place().url() + "/" + application.tenantId() + "/")
                .instanceDiscovery(false)
                .sslSocketFactory(trustingTheCaFile().getSocketFactory())
                .build();
        var parameters = ClientCredentialParameters.builder(Set.of(ClientCredentials.RESOURCE + "/.default"))
                .build();

        String token = msal.acquireToken(parameters)
                .get(SHORT.toSeconds(), TimeUnit.SECONDS)
                .accessToken();

        isolateWithCurl(token);
    }

    private static void isolateWithCurl(String token) throws Exception {
        JsonNode action = curl(
                "-H",
                "Authorization: Bearer " + token,
                "--json",
                "{\"Comment\":\"Suspicious traffic: é # \\\"quoted\\\"\",\"IsolationType\":\"Full\"}",
                bed.place().url() + "/api/machines/" + bed.machineId(1) + "/isolate");
        assertThat(action.path("status").asString()).isEqualTo("Pending");
        assertThat(bed.end(action.path("id").asString())).isEqualTo("Succeeded");
        assertThat(bed.machine(1).isolated()).isTrue();
    }

    private static JsonNode curl(String... arguments) {
        return new Curl(directory, bed.place().caFile()).call(arguments).json();
    }

    private static SSLContext trustingTheCaFile() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(bed.place().caFile())) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), new SecureRandom());
        return context;
    }
}
