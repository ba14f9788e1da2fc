package dev.cordon.server.signin;

import dev.cordon.server.users.Passkey;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** How the account page looks. Thread-safe. */
final class AccountView {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);

    private final Parts parts;
    private final SignInPages pages;
    private final PasskeyForms passkeys;

    AccountView(Parts parts, SignInPages pages, PasskeyForms passkeys) {
        this.parts = parts;
        this.pages = pages;
        this.passkeys = passkeys;
    }

    void show(Context http, int status, Session session, Optional<String> problem) {
        var user = session.user();
        var own = parts.database().read(sql -> parts.accounts().passkeys().of(sql, user));
        var body = Html.of("""
                <h1>Your account</h1>
                <p class="quiet">Signed in as %s</p>
                %s
                """, user.userPrincipalName(), SignInPages.alert(problem))
                .and(passkeys(http, own));
        Pages.writeWithPasskeys(http, status, "Account", body, List.of());
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
                    pages.hidden(http, AccountPages.here(), "Cordon"),
                    one.id(),
                    one.name()));
        }
        var list = own.isEmpty() ? new Html("<p>None yet.</p>") : Html.of("<ul class=\"rows\">%s</ul>", rows);
        var add = passkeys.work(http)
                ? passkeys.enrollment(http, pages, AccountPages.here())
                : new Html("<p class=\"quiet\">Passkeys cannot be made under this address.</p>");
        return Html.of("""
                <section aria-labelledby="passkeys">
                <h2 id="passkeys">Passkeys</h2>
                %s
                %s
                </section>
                """, list, add);
    }
}
