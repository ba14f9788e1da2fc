package dev.cordon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cordon.fleet.process.RunningProgram;
import dev.cordon.server.tls.ServerTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/**
 * A single-page application with MSAL.js, unmodified, on a port of its own: another origin than the server's, and the same
 * site, as two names of one company are.
 */
final class PageWithMsal implements AutoCloseable {

    private static final Path PACKAGES = Path.of("src", "test", "node").toAbsolutePath();
    private static final Duration INSTALLATION = Duration.ofMinutes(3);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path library;
    private final HttpsServer server;
    private volatile Map<String, String> settings = Map.of();

    /** @param directory for its certificate and the library, which npm fetches */
    PageWithMsal(Path directory) throws IOException {
        library = install(Files.createDirectories(directory.resolve("msal")));
        var tls = ServerTls.open(directory.resolve("page"), List.of("localhost"), InstantSource.system());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.sslContext()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private static Path install(Path folder) throws IOException {
        for (var file : List.of("package.json", "package-lock.json")) {
            Files.copy(PACKAGES.resolve(file), folder.resolve(file));
        }
        var command =
                List.of("npm", "ci", "--prefix", folder.toString(), "--ignore-scripts", "--no-audit", "--no-fund");
        var ended = RunningProgram.run("npm", command, folder.resolve("npm.log"), INSTALLATION);
        assertThat(ended.status())
                .as("npm failed; let it reach its registry. It says: " + ended.output())
                .isZero();
        return folder.resolve("node_modules/@azure/msal-browser/lib");
    }

    /** Tells the page which application it is, and where it signs in. */
    void is(String clientId, String authority) {
        settings = Map.of(
                "clientId",
                clientId,
                "authority",
                authority,
                "scope",
                "https://api.securitycenter.microsoft.com/Machine.Read");
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** Where the server sends browsers back to. */
    String redirectUri() {
        return url() + "/signed-in";
    }

    private void answer(HttpExchange http) throws IOException {
        try (http) {
            switch (http.getRequestURI().getPath()) {
                case "/" -> {
                    var page = resource("page.html").replace("__SETTINGS__", JSON.writeValueAsString(settings));
                    write(http, "text/html", page.getBytes(StandardCharsets.UTF_8));
                }
                case "/signed-in" ->
                    write(http, "text/html", resource("signed-in.html").getBytes(StandardCharsets.UTF_8));
                case "/msal-browser.min.js" -> script(http, "msal-browser.min.js");
                case "/msal-redirect-bridge.min.js" -> script(http, "redirect-bridge/msal-redirect-bridge.min.js");
                default -> http.sendResponseHeaders(404, -1);
            }
        }
    }

    private void script(HttpExchange http, String name) throws IOException {
        write(http, "text/javascript", Files.readAllBytes(library.resolve(name)));
    }

    private static String resource(String name) {
        try (var stream = Objects.requireNonNull(PageWithMsal.class.getResourceAsStream("/msal/" + name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(HttpExchange http, String type, byte[] bytes) throws IOException {
        http.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        http.sendResponseHeaders(200, bytes.length);
        http.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
