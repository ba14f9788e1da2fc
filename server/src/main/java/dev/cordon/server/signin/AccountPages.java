package dev.cordon.server.signin;

import static dev.cordon.server.signin.UserSignIn.page;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /account}: what people can do for themselves. Whatever changes how they sign in needs a sign-in of the last
 * minutes, so that a browser left open gives nobody the account. Thread-safe.
 */
final class AccountPages {

    static final String PATH = "/account";

    private final Parts parts;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final SecondFactorPages secondFactor;
    private final AccountView view;

    AccountPages(
            Parts parts,
            Browser browser,
            SignInPages pages,
            SignInForms forms,
            SecondFactorPages secondFactor,
            PasskeyForms passkeys) {
        this.parts = parts;
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.secondFactor = secondFactor;
        this.view = new AccountView(parts, pages, passkeys);
    }

    List<Route> routes() {
        return List.of(
                page(HandlerType.GET, PATH, this::show),
                page(HandlerType.POST, PATH + "/passkeys/remove", this::removePasskey));
    }

    private void show(Context http) {
        signedIn(http).ifPresent(session -> view.show(http, 200, session, Optional.empty()));
    }

    private void removePasskey(Context http) {
        change(http, (form, session) -> {
            var user = session.user();
            var id = form.required("passkey");
            parts.database().write(sql -> {
                if (parts.accounts().passkeys().remove(sql, user, id)) {
                    audit(http, sql, user, "user.passkeyRemoved", Map.of("passkey", id));
                }
                return user;
            });
            AuthorizeAnswers.redirect(http, PATH);
        });
    }

    private void audit(Context http, org.jooq.DSLContext sql, User user, String event, Map<String, Object> details) {
        var all = new java.util.HashMap<>(details);
        all.put("ip", http.ip());
        parts.audit().append(sql, user.tenantId(), SignInForms.actor(user), event, "user:" + user.id(), all);
    }

    /** The session; where there is none, or half of one, its page was written. */
    private Optional<Session> signedIn(Context http) {
        var session = browser.session(http);
        if (session.isEmpty()) {
            pages.password(http, 200, here(), "your account", "", Optional.empty());
            return Optional.empty();
        }
        if (!session.get().complete()) {
            secondFactor.show(http, here(), session.get());
            return Optional.empty();
        }
        return session;
    }

    @FunctionalInterface
    private interface Change {
        void make(TokenForm form, Session session);
    }

    /** Something that changes how the user signs in. */
    private void change(Context http, Change change) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(Session::complete);
            if (session.isEmpty() || !forms.isRecent(session.get())) {
                throw TokenRefusal.malformed("the sign-in is too long ago for this. Sign in again first.");
            }
            change.make(form, session.get());
        });
    }

    static Next here() {
        return new Next(PATH, List.of());
    }
}
