package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.SecondFactor;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The page after the password: the code of the user's authenticator application, or, for a user who must have one and has
 * none yet, its enrollment. Thread-safe.
 */
final class SecondFactorPages {

    private static final String ACTION = "/signin/code";
    private static final List<String> METHODS = List.of("pwd", "otp", "mfa");

    private final Parts parts;
    private final SecondFactor factor;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;

    SecondFactorPages(Parts parts, Browser browser, SignInPages pages, SignInForms forms) {
        this.parts = parts;
        this.factor = parts.accounts().secondFactor(parts.vault());
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
    }

    /** @param session whose password was right */
    void show(Context http, Next next, Session session) {
        page(http, 200, next, session, Optional.empty(), Optional.empty());
    }

    void submit(Context http) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(known -> !known.complete());
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, back.text());
                return;
            }
            var next = new Next(back.text(), forms.targets(http, back));
            var known = session.get();
            var wrapped = form.optional("offer").map(SecondFactorPages::decode);
            if (!accepted(known, form, wrapped)) {
                page(
                        http,
                        400,
                        next,
                        known,
                        known.user().hasTotp() ? Optional.empty() : wrapped,
                        Optional.of("The code is wrong, was used already, or the account is locked for a while."));
                return;
            }
            var complete = browser.begin(http, known.user(), METHODS, true);
            parts.database().write(sql -> {
                parts.audit()
                        .append(
                                sql,
                                known.user().tenantId(),
                                SignInForms.actor(known.user()),
                                known.user().hasTotp() ? "user.signedIn" : "user.secondFactorEnrolled",
                                "user:" + known.user().id(),
                                Map.of("methods", complete.methods(), "ip", http.ip()));
                return complete;
            });
            AuthorizeAnswers.redirect(http, back.text());
        });
    }

    private boolean accepted(Session session, TokenForm form, Optional<byte[]> wrapped) {
        var code = form.optional("code").orElse("");
        if (session.user().hasTotp()) {
            return factor.check(session.user(), code);
        }
        return wrapped.isPresent() && factor.enroll(session.user(), wrapped.get(), code);
    }

    private void page(
            Context http, int status, Next next, Session session, Optional<byte[]> offered, Optional<String> problem) {
        var enrollment = session.user().hasTotp() ? Html.NOTHING : enrollment(session, offered);
        var body = Html.of(
                """
                <h1>%s</h1>
                <p class="quiet">%s</p>
                %s
                <form method="post" action="%s">
                %s
                %s
                <label for="code">Six-digit code</label>
                <input id="code" class="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required maxlength="10" autofocus>
                <button>Continue</button>
                </form>
                """,
                session.user().hasTotp() ? "Enter your code" : "Set up an authenticator",
                session.user().hasTotp()
                        ? "From the authenticator application of "
                                + session.user().userPrincipalName()
                        : "This account needs a second factor.",
                SignInPages.alert(problem),
                ACTION,
                pages.hidden(http, next, "Cordon"),
                enrollment);
        Pages.write(http, status, "Second factor", body, next.targets());
    }

    private Html enrollment(Session session, Optional<byte[]> offered) {
        var user = session.user();
        var offer = offered.map(wrapped -> new SecondFactor.Offer(factor.shown(user, wrapped), wrapped))
                .orElseGet(() -> factor.offer(user));
        return Html.of(
                """
                <p>Add an account to your authenticator application with this key, time based, or <a href="otpauth://totp/Cordon:%s?secret=%s&amp;issuer=Cordon">open it on this device</a>:</p>
                <p><code>%s</code></p>
                <input type="hidden" name="offer" value="%s">
                """,
                user.userPrincipalName(),
                offer.secret(),
                offer.secret().replaceAll("(.{4})(?=.)", "$1 "),
                Base64.getUrlEncoder().withoutPadding().encodeToString(offer.wrapped()));
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw TokenRefusal.malformed("the form was changed on its way.");
        }
    }
}
