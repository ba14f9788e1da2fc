package dev.cordon.server.signin;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * Writes pages: one style sheet, no scripts, no frames, nothing from elsewhere. Forms go to this server only, or where the
 * page says. Stateless.
 */
final class Pages {

    static final String STYLE = "/signin/style.css";

    private static final String POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";

    private Pages() {}

    /** @param targets beside this server, where the answer to a form may lead; origins or schemes */
    static void write(Context http, int status, String title, Html body, List<String> targets) {
        write(http, status, title, body, "; form-action " + String.join(" ", targets(targets)));
    }

    /**
     * A page that sends itself on to another site.
     *
     * @param script the SHA-256 of its one script, as a policy source
     */
    static void writeWithScript(Context http, String title, Html body, String target, String script) {
        write(http, 200, title, body, "; form-action " + target + "; script-src '" + script + "'");
    }

    private static void write(Context http, int status, String title, Html body, String policy) {
        var page = Html.of("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%s – Cordon</title>
                <link rel="stylesheet" href="%s">
                </head>
                <body>
                <main>
                <p class="brand">Cordon</p>
                %s
                </main>
                </body>
                </html>
                """, title, STYLE, body);
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
        try (var stream = Objects.requireNonNull(Pages.class.getResourceAsStream("/signin/style.css"))) {
            http.header("Cache-Control", "max-age=3600")
                    .contentType("text/css; charset=utf-8")
                    .result(stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
