package dev.cordon.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsoleTest {

    private final WebServer server = serving("console-test/");
    private final TestHttp http = new TestHttp();

    @AfterAll
    void stop() {
        http.close();
        server.close();
    }

    private static WebServer serving(String folder) {
        var server = new WebServer(
                WebSettings.plainForTests(),
                token -> {
                    throw ApiException.unauthorized("nobody has a token here");
                },
                new Console(folder).routes());
        server.start();
        return server;
    }

    private HttpResponse<String> get(WebServer from, String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/console/", "/console/machines", "/console/machines/0123456789abcdef?x=1", "/console/access"})
    void whenAPlaceInTheConsoleIsOpenedThenItIsThePageUnderAStrictPolicy(String path) {
        var page = get(server, path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).startsWith("text/html");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        var policy = header(page, "Content-Security-Policy");
        assertThat(policy)
                .contains("default-src 'none'; script-src 'self';", "connect-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        var nonce = policy.substring(policy.indexOf("'nonce-") + 7, policy.indexOf("'; img-src"));
        assertThat(page.body()).contains("content=\"" + nonce + "\"").doesNotContain("__STYLE_NONCE__");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void whenAFileCarriesItsHashThenTheBrowserKeepsItForever() {
        var file = get(server, "/console/assets/index-abc123.js");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(header(file, "Content-Type")).startsWith("text/javascript");
        assertThat(header(file, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    }

    @Test
    void whenTheBrowserHasTheFileThenItIsNotSentAgain() {
        var file = get(server, "/console/cordon.svg");
        assertThat(header(file, "Content-Type")).startsWith("image/svg+xml");
        var again = get(server, "/console/cordon.svg", "If-None-Match", header(file, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/console/assets/none.js",
                "/console/none.svg",
                "/console/assets/..%2Findex.html",
                "/console/..%2fdb%2fmigration%2fV1__foundation.sql",
                "/console/%2e%2e/openapi/cordon-v1.yaml",
                "/console/index.html%00.js"
            })
    void whenThereIsNoSuchFileThenNothingElseOfTheClassPathIsHandedOut(String path) {
        assertThat(get(server, path).statusCode()).isIn(400, 404);
    }

    @Test
    void whenTheHostAloneIsOpenedThenItLeadsToTheConsole() {
        assertThat(header(get(server, "/"), "Location")).endsWith("/console/");
        assertThat(header(get(server, "/console?code=1"), "Location")).endsWith("/console/?code=1");
    }

    @Test
    void whenTheServerWasBuiltWithoutTheConsoleThenItSaysHowToGetIt() {
        var bare = serving("no-such-folder/");
        try {
            var page = get(bare, "/console/");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Node.js", "./cordon build");
        } finally {
            bare.close();
        }
    }
}
