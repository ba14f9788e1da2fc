package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.LogoutEndpoint.SignedOut;
import dev.cordon.server.users.User;
import dev.cordon.server.web.RequestId;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The pages that people see when they sign in. Thread-safe. */
final class SignInPages {

    private static final int SECONDS_FOR_NOTICES = 3;

    private final Browser browser;
    private final PasskeyForms passkeys;
    private final OutsideChoice outside;
    private final InstantSource time;

    SignInPages(Browser browser, PasskeyForms passkeys, OutsideChoice outside, InstantSource time) {
        this.browser = browser;
        this.passkeys = passkeys;
        this.outside = outside;
        this.time = time;
    }

    /**
     * Where a form leads to.
     *
     * @param path of this server
     * @param targets what the form-action policy must allow beside this server
     */
    record Next(String path, List<String> targets) {}

    /** @param application whose sign-in it is, as the user knows it */
    void password(Context http, int status, Next next, String application, String name, Optional<String> problem) {
        var body = Html.of(
                """
                <h1>Sign in</h1>
                <p class="quiet">to continue to <strong>%s</strong></p>
                %s
                <form method="post" action="/signin/password">
                %s
                <label for="username">User name</label>
                <input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="256" value="%s"%s>
                <label for="password">Password</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256"%s>
                <button>Sign in</button>
                </form>
                """,
                application,
                alert(problem),
                hidden(http, next, application),
                name,
                new Html(name.isEmpty() ? " autofocus" : ""),
                new Html(name.isEmpty() ? "" : " autofocus"));
        var ways = body.and(passkeys.signIn(http, this, next, application)).and(outside.links(next));
        Pages.writeWithPasskeys(http, status, "Sign in", ways, next.targets());
    }

    /** @param forEverybody whether the user may consent for the whole organization */
    void consent(
            Context http,
            Next next,
            String application,
            String redirectHost,
            User user,
            Collection<String> permissions,
            boolean forEverybody) {
        var everybody = forEverybody ? new Html("""
                        <div class="check">
                        <input id="everybody" name="everybody" type="checkbox" value="1">
                        <label for="everybody">Allow this for everybody in the organization</label>
                        </div>
                        """) : Html.NOTHING;
        var body = Html.of(
                """
                <h1>Allow %s?</h1>
                <p class="quiet">Signed in as %s</p>
                <p>It wants to do this in your name, as far as your role allows:</p>
                <ul>%s</ul>
                <p class="quiet">Its answer goes to <code>%s</code>. Allow this only if you trust the application.</p>
                <form method="post" action="/signin/consent">
                %s
                %s
                <button name="answer" value="accept">Allow</button>
                <button class="second" name="answer" value="cancel">Cancel</button>
                </form>
                """,
                application,
                user.userPrincipalName(),
                list(permissions),
                redirectHost,
                hidden(http, next, application),
                everybody);
        Pages.write(http, 200, "Permissions", body, next.targets());
    }

    /**
     * Goes on from what another site sent here. A redirect would be one more step of the form that people filled in there,
     * and browsers take such steps only to sites that the page with the form has named: this server, but none of its
     * applications (Content Security Policy 3, form-action).
     */
    void goOn(Context http, ReturnPath next) {
        http.header("Refresh", "0;url=" + next.text());
        var body = Html.of("<h1>You are signed in</h1>\n<a class=\"button\" href=\"%s\">Continue</a>\n", next.text());
        Pages.write(http, 200, "Signed in", body, List.of());
    }

    /** Frames tell the applications; whoever asked for it goes on when they had the time to. */
    void signedOut(Context http, SignedOut done) {
        var frames = Html.NOTHING;
        for (var notice : done.notices()) {
            frames = frames.and(Html.of("<iframe src=\"%s\" title=\"\" hidden></iframe>\n", notice));
        }
        var elsewhere = done.elsewhere()
                .map(issuer -> Html.of("""
                        <p>At %s you are signed in still.</p>
                        <a class="button second" href="%s">Sign out at %s too</a>
                        """, issuer.name(), issuer.uri(), issuer.name()))
                .orElse(Html.NOTHING);
        var on = done.target()
                .map(uri -> Html.of("<a class=\"button\" href=\"%s\">Continue</a>\n", uri))
                .orElse(Html.NOTHING);
        if (done.elsewhere().isEmpty()) {
            done.target().ifPresent(uri -> http.header("Refresh", SECONDS_FOR_NOTICES + ";url=" + uri));
        }
        var body = new Html("""
                        <h1>You are signed out</h1>
                        <p>Everything that was signed in from this browser is signed out too. You can close this window.</p>
                        """).and(elsewhere).and(on).and(frames);
        Pages.writeWithFrames(
                http,
                "Signed out",
                body,
                done.notices().stream()
                        .map(RedirectUri::policySource)
                        .distinct()
                        .toList());
    }

    void message(Context http, int status, String title, String text) {
        Pages.write(http, status, title, Html.of("<h1>%s</h1>\n<p>%s</p>", title, text), List.of());
    }

    void refusal(Context http, TokenRefusal refusal) {
        var body = Html.of(
                """
                <h1>This sign-in does not work</h1>
                <p class="alert" role="alert">%s</p>
                <dl>
                <dt>Code</dt><dd>AADSTS%s</dd>
                <dt>Request</dt><dd>%s</dd>
                <dt>Time</dt><dd>%s</dd>
                </dl>
                """,
                String.valueOf(refusal.getMessage()),
                refusal.number(),
                RequestId.of(http),
                time.instant().truncatedTo(ChronoUnit.SECONDS));
        Pages.write(http, refusal.status() < 429 ? 400 : refusal.status(), "Error", body, List.of());
    }

    static Html alert(Optional<String> problem) {
        return problem.map(text -> Html.of("<p class=\"alert\" role=\"alert\">%s</p>", text))
                .orElse(Html.NOTHING);
    }

    Html hidden(Context http, Next next, String application) {
        return browser.formField(http)
                .and(Html.of("<input type=\"hidden\" name=\"return\" value=\"%s\">", next.path()))
                .and(Html.of("<input type=\"hidden\" name=\"application\" value=\"%s\">", application));
    }

    static Html list(Collection<String> texts) {
        var items = Html.NOTHING;
        for (var text : texts) {
            items = items.and(Html.of("<li>%s</li>", text));
        }
        return items;
    }
}
