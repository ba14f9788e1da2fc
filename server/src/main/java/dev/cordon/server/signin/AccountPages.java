package dev.cordon.server.signin;

import static dev.cordon.server.signin.UserSignIn.page;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.SecondFactor;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * {@code /account}: what people can do for themselves. Whatever changes how they sign in needs a sign-in of the last
 * minutes, so that a browser left open gives nobody the account. Thread-safe.
 */
final class AccountPages {

    static final String PATH = "/account";

    private static final String LAST_FACTOR =
            "An administrator asks for a second factor. Add another one before you remove this one.";

    private final Parts parts;
    private final SecondFactor factor;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final SecondFactorPages secondFactor;
    private final PasswordChange password;
    private final AccountView view;

    AccountPages(
            Parts parts,
            Browser browser,
            SignInPages pages,
            SignInForms forms,
            SecondFactorPages secondFactor,
            PasskeyForms passkeys) {
        this.parts = parts;
        this.factor = parts.accounts().secondFactor(parts.vault());
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.secondFactor = secondFactor;
        this.password = new PasswordChange(parts, browser, forms);
        this.view = new AccountView(parts, pages, passkeys, secondFactor);
    }

    List<Route> routes() {
        return List.of(
                page(HandlerType.GET, PATH, this::show),
                page(HandlerType.POST, PATH + "/password", this::changePassword),
                page(HandlerType.POST, PATH + "/authenticator", this::addAuthenticator),
                page(HandlerType.POST, PATH + "/authenticator/remove", this::removeAuthenticator),
                page(HandlerType.POST, PATH + "/recovery-codes", this::makeRecoveryCodes),
                page(HandlerType.POST, PATH + "/passkeys/remove", this::removePasskey),
                page(HandlerType.POST, PATH + "/sessions/end", this::endSession));
    }

    private void show(Context http) {
        signedIn(http).ifPresent(session -> view.show(http, 200, session, Optional.empty(), Optional.empty()));
    }

    private void changePassword(Context http) {
        change(
                http,
                (form, session) -> password.make(http, form, session)
                        .ifPresentOrElse(
                                problem -> again(http, session, problem),
                                () -> view.message(
                                        http,
                                        "Your password is changed",
                                        "Whatever was signed in elsewhere, in browsers and applications, is signed out.")));
    }

    private void addAuthenticator(Context http) {
        change(http, (form, session) -> {
            var user = session.user();
            var wrapped = form.optional("offer").map(SecondFactorPages::decode);
            if (wrapped.isEmpty()
                    || user.hasTotp()
                    || !factor.enroll(user, wrapped.get(), form.optional("code").orElse(""))) {
                view.show(
                        http,
                        400,
                        session,
                        Optional.of("The code is wrong. Look whether the clock of your device is right."),
                        wrapped);
                return;
            }
            logged(http, user, "user.authenticatorAdded", Map.of());
            AuthorizeAnswers.redirect(http, PATH);
        });
    }

    private void removeAuthenticator(Context http) {
        change(http, (form, session) -> {
            var user = session.user();
            boolean removed = parts.database().write(sql -> {
                var now = parts.accounts().users().lock(sql, user).orElseThrow();
                if (isLast(sql, now, (now.hasTotp() ? 1 : 0) + (now.hasPasskey() ? 1 : 0))) {
                    return false;
                }
                factor.removeTotp(sql, now);
                log(http, sql, now, "user.authenticatorRemoved", Map.of());
                return true;
            });
            goOn(http, session, removed);
        });
    }

    private void removePasskey(Context http) {
        change(http, (form, session) -> {
            var user = session.user();
            var id = form.required("passkey");
            boolean removed = parts.database().write(sql -> {
                var now = parts.accounts().users().lock(sql, user).orElseThrow();
                int factors = parts.accounts().passkeys().of(sql, now).size() + (now.hasTotp() ? 1 : 0);
                if (isLast(sql, now, factors)) {
                    return false;
                }
                if (parts.accounts().passkeys().remove(sql, now, id)) {
                    log(http, sql, now, "user.passkeyRemoved", Map.of("passkey", id));
                }
                return true;
            });
            goOn(http, session, removed);
        });
    }

    private void goOn(Context http, Session session, boolean removed) {
        if (removed) {
            AuthorizeAnswers.redirect(http, PATH);
        } else {
            again(http, session, LAST_FACTOR);
        }
    }

    /** Counted within the transaction that removes one, so that two at once cannot remove the last. */
    private boolean isLast(DSLContext sql, User user, int factors) {
        return factors <= 1 && parts.accounts().secondFactorRule().isRequired(sql, user);
    }

    private void makeRecoveryCodes(Context http) {
        change(http, (form, session) -> {
            var user = session.user();
            var codes = parts.database().write(sql -> {
                log(http, sql, user, "user.recoveryCodesMade", Map.of());
                return parts.accounts().recoveryCodes().create(sql, user);
            });
            view.recoveryCodes(http, codes);
        });
    }

    private void endSession(Context http) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(Session::complete);
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, PATH);
                return;
            }
            var user = session.get().user();
            var wanted = form.required("session");
            parts.database().read(sql -> parts.accounts().sessions().of(sql, user)).stream()
                    .filter(one -> id(one).equals(wanted))
                    .forEach(one -> {
                        browser.end(one);
                        logged(http, user, "user.sessionEnded", Map.of());
                    });
            AuthorizeAnswers.redirect(http, PATH);
        });
    }

    /** Names a session to its user; the secret in its browser's cookie cannot be found from it. */
    static String id(Session session) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(session.hash());
    }

    private void again(Context http, Session session, String problem) {
        view.show(http, 400, session, Optional.of(problem), Optional.empty());
    }

    private void logged(Context http, User user, String event, Map<String, Object> details) {
        parts.database().write(sql -> {
            log(http, sql, user, event, details);
            return user;
        });
    }

    private void log(Context http, DSLContext sql, User user, String event, Map<String, Object> details) {
        var all = new HashMap<>(details);
        all.put("ip", http.ip());
        parts.audit().append(sql, user.tenantId(), user.actor(), event, "user:" + user.id(), all);
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
                pages.password(
                        http,
                        403,
                        here(),
                        "your account",
                        session.map(known -> known.user().userPrincipalName()).orElse(""),
                        Optional.of("Your sign-in is too long ago for this. Sign in again first."));
                return;
            }
            change.make(form, session.get());
        });
    }

    static Next here() {
        return new Next(PATH, List.of());
    }
}
