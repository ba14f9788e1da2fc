package dev.cordon.server.signin;

import dev.cordon.server.users.Passkey;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import io.javalin.http.Context;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** How the account page looks. Thread-safe. */
final class AccountView {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Parts parts;
    private final SignInPages pages;
    private final PasskeyForms passkeys;
    private final SecondFactorPages secondFactor;

    AccountView(Parts parts, SignInPages pages, PasskeyForms passkeys, SecondFactorPages secondFactor) {
        this.parts = parts;
        this.pages = pages;
        this.passkeys = passkeys;
        this.secondFactor = secondFactor;
    }

    private record Known(List<Passkey> passkeys, List<Session> sessions, int recoveryCodes) {}

    /** @param offer the key of an authenticator application that was shown before */
    void show(Context http, int status, Session session, Optional<String> problem, Optional<byte[]> offer) {
        var user = session.user();
        var known = parts.database()
                .read(sql -> new Known(
                        parts.accounts().passkeys().of(sql, user),
                        parts.accounts().sessions().of(sql, user),
                        parts.accounts().recoveryCodes().left(sql, user)));
        var body = Html.of("""
                <h1>Your account</h1>
                <p class="quiet">Signed in as %s</p>
                %s
                """, user.userPrincipalName(), SignInPages.alert(problem))
                .and(passkeys(http, known.passkeys()))
                .and(authenticator(http, user, offer))
                .and(user.hasSecondFactor() ? recovery(http, known.recoveryCodes()) : Html.NOTHING)
                .and(user.hasPassword() ? password(http, user) : Html.NOTHING)
                .and(sessions(http, session, known.sessions()));
        Pages.writeWithPasskeys(http, status, "Account", body, List.of());
    }

    void message(Context http, String title, String text) {
        Pages.write(
                http,
                200,
                title,
                Html.of(
                        "<h1>%s</h1>\n<p>%s</p>\n<p><a href=\"%s\">Back to your account</a></p>",
                        title, text, AccountPages.PATH),
                List.of());
    }

    void recoveryCodes(Context http, List<String> codes) {
        var items = Html.NOTHING;
        for (var code : codes) {
            items = items.and(Html.of("<li><code>%s</code></li>\n", code));
        }
        Pages.write(http, 200, "Recovery codes", Html.of("""
                        <h1>Your recovery codes</h1>
                        <p>Each of them signs you in once when your second factor is gone. They are shown only now: print them or write them down, and keep them away from your devices. Earlier ones no longer work.</p>
                        <ol class="codes">
                        %s</ol>
                        <p><a href="%s">Back to your account</a></p>
                        """, items, AccountPages.PATH), List.of());
    }

    private Html passkeys(Context http, List<Passkey> own) {
        var rows = Html.NOTHING;
        for (var one : own) {
            rows = rows.and(Html.of(
                    """
                    <li>
                    <p><strong>%s</strong><br><span class="quiet">for %s, made %s, %s</span></p>
                    <form method="post" action="/account/passkeys/remove">
                    %s
                    <input type="hidden" name="passkey" value="%s">
                    <button class="small" aria-label="Remove passkey %s">Remove</button>
                    </form>
                    </li>
                    """,
                    one.name(),
                    one.rpId(),
                    DAY.format(one.createdAt()),
                    one.lastUsedAt().map(at -> "last used " + DAY.format(at)).orElse("never used"),
                    hidden(http),
                    one.id(),
                    one.name()));
        }
        var list = own.isEmpty()
                ? new Html("<p class=\"quiet\">None yet. A passkey signs you in without a password.</p>")
                : Html.of("<ul class=\"rows\">%s</ul>", rows);
        var add = passkeys.work(http)
                ? passkeys.enrollment(http, pages, AccountPages.here())
                : new Html("<p class=\"quiet\">Passkeys cannot be made under this address.</p>");
        return section("passkeys", "Passkeys", list.and(add));
    }

    private Html authenticator(Context http, User user, Optional<byte[]> offer) {
        if (user.hasTotp()) {
            return section("authenticator", "Authenticator application", Html.of("""
                    <p>Set up.</p>
                    <form method="post" action="/account/authenticator/remove">
                    %s
                    <button class="small">Remove the authenticator</button>
                    </form>
                    """, hidden(http)));
        }
        return section(
                "authenticator",
                "Authenticator application",
                Html.of(
                        """
                        <details%s>
                        <summary>Set one up</summary>
                        <form method="post" action="/account/authenticator">
                        %s
                        %s
                        <label for="code">Six-digit code that it shows</label>
                        <input id="code" class="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10">
                        <button class="second">Set up the authenticator</button>
                        </form>
                        </details>
                        """,
                        new Html(offer.isPresent() ? " open" : ""), hidden(http), secondFactor.offer(user, offer)));
    }

    private Html recovery(Context http, int left) {
        return section(
                "recovery",
                "Recovery codes",
                Html.of(
                        """
                        <p>%s</p>
                        <form method="post" action="/account/recovery-codes">
                        %s
                        <button class="second">Make new recovery codes</button>
                        </form>
                        """,
                        left == 0 ? "None. Without one, a lost device locks you out." : left + " left.", hidden(http)));
    }

    private Html password(Context http, User user) {
        return section(
                "password-heading", "Password", Html.of("""
                        <details>
                        <summary>Change it</summary>
                        <form method="post" action="/account/password">
                        %s
                        %s
                        <p class="quiet">Whatever is signed in elsewhere is signed out.</p>
                        <button class="second">Change password</button>
                        </form>
                        </details>
                        """, hidden(http), PasswordChange.fields(user, Html.NOTHING)));
    }

    private Html sessions(Context http, Session current, List<Session> all) {
        var rows = Html.NOTHING;
        for (var one : all) {
            boolean here = AccountPages.id(one).equals(AccountPages.id(current));
            var since = MINUTE.format(one.authenticatedAt());
            rows = rows.and(Html.of(
                    """
                    <li>
                    <p><strong>%s</strong><br><span class="quiet">since %s</span></p>
                    <form method="post" action="/account/sessions/end">
                    %s
                    <input type="hidden" name="session" value="%s">
                    <button class="small" aria-label="%s">Sign out</button>
                    </form>
                    </li>
                    """,
                    here ? "This browser" : "Another browser",
                    since,
                    hidden(http),
                    AccountPages.id(one),
                    here ? "Sign out this browser" : "Sign out the browser signed in since " + since));
        }
        return section("sessions", "Where you are signed in", Html.of("<ul class=\"rows\">%s</ul>", rows));
    }

    private Html hidden(Context http) {
        return pages.hidden(http, AccountPages.here(), "Cordon");
    }

    private static Html section(String id, String title, Html content) {
        return Html.of("""
                <section aria-labelledby="%s">
                <h2 id="%s">%s</h2>
                %s
                </section>
                """, id, id, title, content);
    }
}
