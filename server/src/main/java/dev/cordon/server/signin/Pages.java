package dev.cordon.server.signin;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * Writes pages: one style sheet, nothing from elsewhere but the frames of a logout; no scripts but the one that talks to authenticators,
 * and that only where a passkey can be used. Forms go to this server only, or where the page says. Stateless.
 */
final class Pages {

    static final String STYLE = "/signin/style.css";
    static final String SCRIPT = "/signin/passkeys.js";

    private static final Html NO_SCRIPT = Html.NOTHING;

    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    private Pages() {}

    /** @param targets beside this server, where the answer to a form may lead; origins or schemes */
    static void write(Context http, int status, String title, Html body, List<String> targets) {
        write(http, status, title, body, NO_SCRIPT, "; form-action " + String.join(" ", targets(targets)));
    }

    /** A page on which a passkey can be made or used. */
    static void writeWithPasskeys(Context http, int status, String title, Html body, List<String> targets) {
        write(
                http,
                status,
                title,
                body,
                Html.of("<script src=\"%s\" defer></script>", SCRIPT),
                "; script-src 'self'; connect-src 'self'; form-action " + String.join(" ", targets(targets)));
    }

    /**
     * A page that sends itself on to another site.
     *
     * @param script the SHA-256 of its one script, as a policy source
     */
    static void writeWithScript(Context http, String title, Html body, String target, String script) {
        write(http, 200, title, body, NO_SCRIPT, "; form-action " + target + "; script-src '" + script + "'");
    }

    /**
     * A page with frames of other sites that nobody sees.
     *
     * @param sources the only origins that may stand in them
     */
    static void writeWithFrames(Context http, String title, Html body, List<String> sources) {
        var frames = sources.isEmpty() ? "" : "; frame-src " + String.join(" ", sources);
        write(http, 200, title, body, NO_SCRIPT, "; form-action 'self'" + frames);
    }

    private static void write(Context http, int status, String title, Html body, Html script, String policy) {
        var page = Html.of("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%s – Cordon</title>
                <link rel="stylesheet" href="%s">
                %s
                </head>
                <body>
                <main>
                <p class="brand">Cordon</p>
                %s
                </main>
                </body>
                </html>
                """, title, STYLE, script, body);
        http.status(status)
                .header("Content-Security-Policy", POLICY + policy)
                .header("Cache-Control", "no-store")
                .contentType("text/html; charset=utf-8")
                .result(page.source());
    }

    private static List<String> targets(List<String> more) {
        var all = new java.util.ArrayList<>(List.of("'self'"));
        all.addAll(more);
        return all;
    }

    static void style(Context http) {
        resource(http, "/signin/style.css", "text/css; charset=utf-8");
    }

    static void script(Context http) {
        resource(http, "/signin/passkeys.js", "text/javascript; charset=utf-8");
    }

    private static void resource(Context http, String name, String type) {
        try (var stream = Objects.requireNonNull(Pages.class.getResourceAsStream(name))) {
            http.header("Cache-Control", "max-age=3600").contentType(type).result(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
