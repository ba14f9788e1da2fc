package dev.cordon.server.console;

import dev.cordon.server.console.ConsoleFiles.ConsoleFile;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /console/}: the web console, one page and what it loads. A path without a file's ending is a place inside the
 * page and gets the page. Nothing here needs a token, because nothing here is a secret; the page calls the same API as
 * everybody else. Thread-safe.
 */
public final class Console {

    private static final String FOLDER = "console/";
    private static final String PAGE = "index.html";
    private static final String HOME = "/console/";
    /** File names below this carry a hash of their content, so they never change. */
    private static final String HASHED = "assets/";
    /** What the page has in place of the nonce of the styles that the dialogs' scroll lock adds. */
    private static final String NONCE = "__STYLE_NONCE__";

    private static final ConsoleFile NOT_BUILT = ConsoleFiles.text("""
                    <!doctype html>
                    <html lang="en"><meta charset="utf-8"><title>Cordon</title>
                    <h1>This server was built without its console</h1>
                    <p>The build found no Node.js 18 or newer. Install it (on Debian: <code>apt-get install nodejs npm</code>),
                    then run <code>./cordon build</code> and start the server again.</p>
                    <p>The API, the token service and the <code>cordon</code> commands work without it.</p>
                    </html>
                    """);

    private final ConsoleFiles files;
    private final String nonce;
    private final Map<String, String> headers;

    public Console() {
        this(FOLDER);
    }

    Console(String folder) {
        files = new ConsoleFiles(folder);
        var random = new byte[18];
        new SecureRandom().nextBytes(random);
        nonce = Base64.getEncoder().encodeToString(random);
        headers = Map.of(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" + nonce
                        + "'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self';"
                        + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                "Cross-Origin-Opener-Policy",
                "same-origin",
                "Cross-Origin-Resource-Policy",
                "same-origin",
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    }

    /** The endpoints. */
    public List<Route> routes() {
        return List.of(
                route("/", http -> http.redirect(HOME)),
                route("/console", this::page),
                route("/console/<path>", this::file));
    }

    private static Route route(String path, Route.Handler.Anonymous handler) {
        return Route.open(HandlerType.GET, Route.Face.CONSOLE, path, handler);
    }

    /** Below the folder's own name, so that the page's relative names lead where they should. */
    private void page(Context http) {
        if (http.path().endsWith("/")) {
            answer(http, index(), false);
        } else {
            var query = http.queryString();
            http.redirect(query == null ? HOME : HOME + "?" + query);
        }
    }

    private void file(Context http) {
        var path = http.pathParam("path");
        var last = path.substring(path.lastIndexOf('/') + 1);
        if (!path.startsWith(HASHED) && !last.contains(".")) {
            answer(http, index(), false);
            return;
        }
        var file = files.find(path)
                .filter(found -> !path.equals(PAGE))
                .orElseThrow(() -> ApiException.resourceNotFound("The console has no such file."));
        answer(http, file, path.startsWith(HASHED));
    }

    private ConsoleFile index() {
        return files.find(PAGE)
                .map(page ->
                        ConsoleFiles.text(new String(page.content(), StandardCharsets.UTF_8).replace(NONCE, nonce)))
                .orElse(NOT_BUILT);
    }

    private void answer(Context http, ConsoleFile file, boolean forever) {
        headers.forEach(http::header);
        http.header("Cache-Control", forever ? "public, max-age=31536000, immutable" : "no-cache");
        http.header("ETag", file.etag());
        boolean known = Optional.ofNullable(http.header("If-None-Match"))
                .filter(sent -> sent.contains(file.etag()))
                .isPresent();
        if (known) {
            http.status(304);
        } else {
            http.contentType(file.type()).result(file.content());
        }
    }
}
