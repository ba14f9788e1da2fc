package dev.cordon.bench;

import dev.cordon.agent.log.Log;
import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.ClientCredentials;
import dev.cordon.fleet.client.RequestFailedException;
import dev.cordon.fleet.client.Session;
import dev.cordon.fleet.client.Tenancy;
import dev.cordon.fleet.machine.SimulatedMachine;
import dev.cordon.fleet.process.Keycloak;
import dev.cordon.fleet.process.Programs;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.fleet.process.ServerProgram;
import dev.cordon.fleet.process.ServerProgram.Place;
import dev.cordon.protocol.signature.Signatures;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/**
 * How many tokens a second the token service issues (client credentials, RS256, over kept TLS connections), and how many
 * reads the API answers with a token that is checked each time. Beside it stands the limit, which is what the processors
 * sign, and Keycloak with the same request, certificate and load generator.
 */
final class TokenBench {

    private static final int MACHINES = 3;
    private static final Duration FETCH = Duration.ofMinutes(5);
    private static final String REALM = """
            {"realm":"bench","enabled":true,"sslRequired":"all","clients":[{"clientId":"bench","enabled":true,
            "publicClient":false,"serviceAccountsEnabled":true,"standardFlowEnabled":false,
            "directAccessGrantsEnabled":false,"clientAuthenticatorType":"client-secret","secret":"SECRET",
            "protocol":"openid-connect"}]}""";

    private final Path directory;
    private final Path source;
    private final int seconds;
    private final Figures figures;

    /**
     * @param source the directory of Cordon's source
     * @param seconds how long each load is measured, behind half as much again to warm up
     */
    TokenBench(Path directory, Path source, int seconds, Figures figures) {
        this.directory = directory;
        this.source = source;
        this.seconds = seconds;
        this.figures = figures;
    }

    void run() throws IOException, InterruptedException {
        var jdk = SigningRate.ofJdk();
        figures.rate("RS256 signatures, JDK, all processors", jdk, "/s", "");
        figures.rate(
                "RS256 signatures, " + Signatures.best().name() + ", all processors", SigningRate.ofServer(), "/s", "");
        var place = Place.free(directory.resolve("tokens"), directory.resolve("tokens.log"), "127.0.0.1", "localhost");
        double own;
        SSLContext tls;
        try (var server = ServerProgram.start(Programs.here(), place);
                var client = new ApiClient(place.url(), place.caFile())) {
            tls = ApiClient.trusting(place.caFile());
            var tenancy = Tenancy.create(client, server.operator());
            enroll(place, tenancy);
            own = tokens("Cordon", place.url(), tls, tenancy.application().tokenPath(), form(tenancy.application()));
            var session = new Session(client, tenancy.application(), InstantSource.system());
            reads(place.url(), tls, session.token(), "/api/machines");
            reads(place.url(), tls, session.token(), "/api/machineactions?$top=1");
        }
        figures.ratio("tokens of Cordon to the JDK's signatures", 100 * own / median(jdk), "%", "≥ 60 %");
        peer(place.data().resolve("tls"), tls, own);
    }

    private void enroll(Place place, Tenancy tenancy) {
        for (int i = 1; i <= MACHINES; i++) {
            try (var machine = new SimulatedMachine(
                    "token-" + i + ".example.test", "192.0.2." + i, directory.resolve("machines"), Log.silent())) {
                machine.enroll(place.url().toString(), tenancy.enrollmentToken());
            }
        }
    }

    private double tokens(String whose, URI base, SSLContext tls, String path, String form)
            throws InterruptedException {
        var head = "POST " + path + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        return load("tokens a second, " + whose, new HttpsLoad(base, tls, head, form));
    }

    private void reads(URI base, SSLContext tls, String token, String path) throws InterruptedException {
        var head = "GET " + path + " HTTP/1.1\r\nAuthorization: Bearer " + token + "\r\n";
        load("reads a second, GET " + path, new HttpsLoad(base, tls, head, ""));
    }

    private double load(String what, HttpsLoad load) throws InterruptedException {
        var reached = load.run(seconds + seconds / 2, seconds);
        figures.rate(what, reached.perSecond(), "/s", "");
        figures.ratio(what + ": processor time that the load generator took of it", reached.share(), "%", "");
        return median(reached.perSecond());
    }

    private void peer(Path certificate, SSLContext tls, double own) throws InterruptedException {
        var log = directory.resolve("keycloak.log");
        try (var keycloak = Keycloak.start(unpacked(log), certificate, log, "")) {
            var secret = UUID.randomUUID().toString();
            keycloak.administer("POST", "", REALM.replace("SECRET", secret));
            var form = "grant_type=client_credentials&client_id=bench&client_secret=" + secret;
            double peers = tokens("Keycloak", keycloak.url(), tls, "/realms/bench/protocol/openid-connect/token", form);
            figures.ratio("tokens of Cordon to one of Keycloak", own / peers, "×", "≥ 3");
        } catch (IllegalStateException | RequestFailedException e) {
            System.err.println("Keycloak is not measured: " + e.getMessage());
        }
    }

    /** Has Maven fetch Keycloak if it is not there. */
    private Path unpacked(Path log) {
        var target = directory.resolve("keycloak");
        var maven = List.of(
                source.resolve("mvnw").toString(),
                "--batch-mode",
                "-q",
                "-f",
                source.resolve("bench").toString(),
                "dependency:unpack@keycloak",
                "-Dcordon.keycloak=" + target);
        var ended = RunningProgram.run("Maven", maven, log, FETCH);
        if (ended.status() != 0) {
            throw new IllegalStateException("Keycloak could not be fetched from Maven Central:\n" + ended.output());
        }
        return target;
    }

    private static double median(List<Double> values) {
        return Percentiles.of(values).at(50);
    }

    private static String form(ClientCredentials client) {
        return String.format(
                Locale.ROOT,
                "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=%s",
                client.clientId(),
                URLEncoder.encode(client.clientSecret(), StandardCharsets.UTF_8),
                URLEncoder.encode(ClientCredentials.RESOURCE + "/.default", StandardCharsets.UTF_8));
    }
}
