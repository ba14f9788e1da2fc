package dev.cordon.server.signin;

import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * The page that stands in the way of whoever signed in with a password that is older than the tenant lets one become: after
 * the second factor, before anything is signed in to. Thread-safe.
 */
final class ExpiredPasswords {

    static final String ACTION = "/signin/new-password";

    private final Parts parts;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final PasswordChange change;

    ExpiredPasswords(Parts parts, Browser browser, SignInPages pages, SignInForms forms) {
        this.parts = parts;
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.change = new PasswordChange(parts, browser, forms);
    }

    /** Whether a new password is needed before a complete session is worth anything. */
    boolean stops(Session session) {
        return session.methods().contains("pwd")
                && parts.database().read(sql -> parts.accounts().passwords().isExpired(sql, session.user()));
    }

    void show(Context http, Next next, Session session) {
        show(http, 200, next, session, Optional.empty());
    }

    void submit(Context http) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(Session::complete).filter(this::stops);
            var problem = session.flatMap(known -> change.make(http, form, known));
            if (session.isPresent() && problem.isPresent()) {
                show(http, 400, new Next(back.text(), forms.targets(http, back)), session.get(), problem);
            } else {
                AuthorizeAnswers.redirect(http, back.text());
            }
        });
    }

    private void show(Context http, int status, Next next, Session session, Optional<String> problem) {
        var body = Html.of(
                """
                <h1>Choose a new password</h1>
                <p class="quiet">Signed in as %s</p>
                <p>Your password has expired. Whatever was signed in with it elsewhere will be signed out.</p>
                %s
                <form method="post" action="%s">
                %s
                %s
                <button>Change password</button>
                </form>
                """,
                session.user().userPrincipalName(),
                SignInPages.alert(problem),
                ACTION,
                pages.hidden(http, next, "your account"),
                PasswordChange.fields(session.user(), new Html(" autofocus")));
        Pages.write(http, status, "New password", body, next.targets());
    }
}
