package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.users.PasswordCheck;
import dev.cordon.server.users.PasswordHash;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import io.javalin.http.Context;
import java.util.Optional;

/**
 * Users put a new password in place of the old one, which they show once more. Whatever was signed in elsewhere is signed
 * out by it. Thread-safe.
 */
final class PasswordChange {

    private final Parts parts;
    private final Browser browser;
    private final SignInForms forms;

    PasswordChange(Parts parts, Browser browser, SignInForms forms) {
        this.parts = parts;
        this.browser = browser;
        this.forms = forms;
    }

    /**
     * What the form asks for, below the fields that every form has.
     *
     * @param focus further attributes of the first field
     */
    static Html fields(User user, Html focus) {
        return Html.of("""
                <input type="hidden" name="username" autocomplete="username" value="%s">
                <label for="old">Old password</label>
                <input id="old" name="old" type="password" autocomplete="current-password" required maxlength="256"%s>
                <label for="new">New password, at least %s characters</label>
                <input id="new" name="password" type="password" autocomplete="new-password" required minlength="%s" maxlength="256">
                <label for="again">The new one again</label>
                <input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256">
                """, user.userPrincipalName(), focus, PasswordCheck.SHORTEST, PasswordCheck.SHORTEST);
    }

    /**
     * @param form with {@code old}, {@code password} and {@code again}
     * @return why nothing was changed, in words for the user
     * @throws TokenRefusal if the server has too much to do
     */
    Optional<String> make(Context http, TokenForm form, Session session) {
        var user = session.user();
        var password = form.optional("password").orElse("");
        try {
            var objection = objection(http, user, form, password);
            if (objection.isEmpty()) {
                var hashed = parts.accounts().passwords().hash(password);
                parts.database().write(sql -> {
                    parts.accounts().setPassword(sql, user, hashed, http.ip());
                    return user;
                });
                browser.again(http, session);
            }
            return objection;
        } catch (PasswordHash.Overloaded e) {
            throw TokenRefusal.overloaded();
        }
    }

    private Optional<String> objection(Context http, User user, TokenForm form, String password) {
        var old = form.optional("old").orElse("");
        var checked = parts.accounts().passwords().check(Optional.of(user.tenantId()), user.userPrincipalName(), old);
        if (!(checked instanceof PasswordCheck.Outcome.Right)) {
            forms.wasWrong(http);
            return Optional.of("The old password is wrong, or the account is locked for a while after too many tries.");
        }
        if (!password.equals(form.optional("again").orElse(""))) {
            return Optional.of("The two new passwords are not the same.");
        }
        return password.equals(old)
                ? Optional.of("The new password is the old one.")
                : PasswordCheck.objection(user.userPrincipalName(), password);
    }
}
