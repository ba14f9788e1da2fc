package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.SecondFactor;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import io.javalin.http.Context;
import java.util.Base64;
import java.util.Optional;

/**
 * The page after the password: the code of the user's authenticator application, or, for a user who must have one and has
 * none yet, its enrollment. Thread-safe.
 */
final class SecondFactorPages {

    private static final String ACTION = "/signin/code";
    private static final String WRONG = "The code is wrong, was used already, or the account is locked for a while.";

    private final Parts parts;
    private final SecondFactor factor;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final PasskeyForms passkeys;

    SecondFactorPages(Parts parts, Browser browser, SignInPages pages, SignInForms forms, PasskeyForms passkeys) {
        this.parts = parts;
        this.factor = parts.accounts().secondFactor(parts.vault());
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.passkeys = passkeys;
    }

    /** @param session whose password was right */
    void show(Context http, Next next, Session session) {
        page(http, 200, next, session, Optional.empty(), Optional.empty());
    }

    /** The page once more, with what went wrong. */
    void again(Context http, ReturnPath back, Session session, String problem) {
        page(
                http,
                400,
                new Next(back.text(), forms.targets(http, back)),
                session,
                Optional.empty(),
                Optional.of(problem));
    }

    void submit(Context http) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(known -> !known.complete());
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, back.text());
                return;
            }
            var known = session.get();
            var wrapped = form.optional("offer").map(SecondFactorPages::decode);
            if (!accepted(known, form, wrapped)) {
                forms.wasWrong(http);
                page(
                        http,
                        400,
                        new Next(back.text(), forms.targets(http, back)),
                        known,
                        known.user().hasSecondFactor() ? Optional.empty() : wrapped,
                        Optional.of(WRONG));
                return;
            }
            var complete = browser.complete(http, known, "otp");
            parts.database().write(sql -> {
                parts.audit()
                        .append(
                                sql,
                                known.user().tenantId(),
                                known.user().actor(),
                                known.user().hasSecondFactor() ? "user.signedIn" : "user.secondFactorEnrolled",
                                "user:" + known.user().id(),
                                SignInForms.detail(http, complete));
                return complete;
            });
            AuthorizeAnswers.redirect(http, back.text());
        });
    }

    /** Who has a second factor of any kind must show it: a password alone enrolls no other one. */
    private boolean accepted(Session session, TokenForm form, Optional<byte[]> wrapped) {
        var code = form.optional("code").orElse("");
        if (session.user().hasSecondFactor()) {
            return factor.check(session.user(), code);
        }
        return wrapped.isPresent() && factor.enroll(session.user(), wrapped.get(), code);
    }

    private void page(
            Context http, int status, Next next, Session session, Optional<byte[]> offered, Optional<String> problem) {
        var body = session.user().hasSecondFactor()
                ? proof(http, next, session, problem)
                : enrollment(http, next, session, offered, problem);
        Pages.writeWithPasskeys(http, status, "Second factor", body, next.targets());
    }

    private Html proof(Context http, Next next, Session session, Optional<String> problem) {
        var user = session.user();
        var passkey = user.hasPasskey() ? passkeys.secondFactor(http, pages, next) : Html.NOTHING;
        var code = user.hasTotp() ? codeForm(http, next, Html.NOTHING, "Six-digit code", "numeric") : Html.NOTHING;
        return Html.of(
                        """
                        <h1>%s</h1>
                        <p class="quiet">%s</p>
                        %s
                        """,
                        user.hasTotp() ? "Enter your code" : "Show your passkey",
                        (user.hasTotp() ? "From the authenticator application of " : "Signing in as ")
                                + user.userPrincipalName(),
                        SignInPages.alert(problem))
                .and(code)
                .and(passkey)
                .and(Html.of("""
                        <details>
                        <summary>Use a recovery code</summary>
                        <form method="post" action="%s">
                        %s
                        <label for="recovery">Recovery code</label>
                        <input id="recovery" class="code" name="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="30">
                        <button class="second">Continue</button>
                        </form>
                        </details>
                        """, ACTION, pages.hidden(http, next, "Cordon")));
    }

    private Html enrollment(
            Context http, Next next, Session session, Optional<byte[]> offered, Optional<String> problem) {
        return Html.of("""
                        <h1>Set up an authenticator</h1>
                        <p class="quiet">This account needs a second factor.</p>
                        %s
                        """, SignInPages.alert(problem))
                .and(codeForm(http, next, offer(session.user(), offered), "Six-digit code that it shows", "numeric"))
                .and(
                        passkeys.work(http)
                                ? new Html("<h2>Or use a passkey</h2>\n").and(passkeys.enrollment(http, pages, next))
                                : Html.NOTHING);
    }

    private Html codeForm(Context http, Next next, Html above, String label, String keyboard) {
        return Html.of("""
                <form method="post" action="%s">
                %s
                %s
                <label for="code">%s</label>
                <input id="code" class="code" name="code" type="text" inputmode="%s" autocomplete="one-time-code" required maxlength="10" autofocus>
                <button>Continue</button>
                </form>
                """, ACTION, pages.hidden(http, next, "Cordon"), above, label, keyboard);
    }

    /** A new key for an authenticator application, as a picture and as text; or the one that was shown before. */
    Html offer(User user, Optional<byte[]> offered) {
        var offer = offered.map(wrapped -> new SecondFactor.Offer(factor.shown(user, wrapped), wrapped))
                .orElseGet(() -> factor.offer(user));
        var uri = factor.uri(user, offer);
        return Html.of(
                """
                <p>Scan this with your authenticator application, or <a href="%s">open it on this device</a>:</p>
                %s
                <p>If you cannot scan it, type this key (time based):<br><code>%s</code></p>
                <input type="hidden" name="offer" value="%s">
                """,
                uri,
                QrCode.svg(uri, "QR code with the key below"),
                offer.secret().replaceAll("(.{4})(?=.)", "$1 "),
                Base64.getUrlEncoder().withoutPadding().encodeToString(offer.wrapped()));
    }

    static byte[] decode(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw TokenRefusal.malformed("the form was changed on its way.");
        }
    }
}
