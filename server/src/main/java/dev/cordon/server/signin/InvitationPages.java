package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.users.Invitations;
import dev.cordon.server.users.Invitations.Invitation;
import dev.cordon.server.users.PasswordCheck;
import dev.cordon.server.users.PasswordHash;
import dev.cordon.server.users.User;
import dev.cordon.server.web.ApiException;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;

/**
 * {@code /signin/invitation/{code}}: whoever was invited chooses a password, and the first administrator a name too. The
 * password ends every earlier sign-in of the user. Thread-safe.
 */
final class InvitationPages {

    private final Parts parts;
    private final Browser browser;
    private final SignInPages pages;

    InvitationPages(Parts parts, Browser browser, SignInPages pages) {
        this.parts = parts;
        this.browser = browser;
        this.pages = pages;
    }

    void show(Context http) {
        var code = http.pathParam("code");
        invitation(code).ifPresentOrElse(known -> form(http, 200, code, known, "", Optional.empty()), () -> gone(http));
    }

    void accept(Context http) {
        var code = http.pathParam("code");
        var body = http.bodyAsBytes();
        var invitation = invitation(code);
        if (invitation.isEmpty()) {
            gone(http);
            return;
        }
        try {
            var form = TokenForm.read(http.method(), body);
            if (!browser.isOwn(http, form)) {
                form(http, 400, code, invitation.get(), "", Optional.of("Please send the form once more."));
                return;
            }
            accept(http, code, invitation.get(), form);
        } catch (TokenRefusal refusal) {
            pages.refusal(http, refusal);
        } catch (PasswordHash.Overloaded e) {
            pages.refusal(http, TokenRefusal.overloaded());
        }
    }

    private void accept(Context http, String code, Invitation invitation, TokenForm form) {
        var name = form.optional("username")
                .or(() -> user(invitation).map(User::userPrincipalName))
                .orElse("");
        var password = form.optional("password").orElse("");
        var objection = password.equals(form.optional("again").orElse(""))
                ? PasswordCheck.objection(name, password)
                : Optional.of("The two passwords are not the same.");
        if (objection.isPresent()) {
            form(http, 400, code, invitation, name, objection);
            return;
        }
        var hashed = parts.accounts().passwords().hash(password);
        try {
            boolean done = parts.database().write(sql -> {
                if (!parts.accounts().invitations().use(sql, code)) {
                    return false;
                }
                var user = invitation
                        .userId()
                        .flatMap(id -> parts.accounts().users().find(sql, invitation.tenantId(), id))
                        .orElseGet(() -> first(sql, invitation, name));
                parts.accounts().setPassword(sql, user, hashed, http.ip());
                return true;
            });
            if (!done) {
                gone(http);
                return;
            }
        } catch (ApiException e) {
            form(http, 400, code, invitation, name, Optional.ofNullable(e.getMessage()));
            return;
        }
        pages.message(http, 200, "Your password is set", "You can sign in as " + name + " now.");
    }

    /** The link is for the first user only; a second one could make anybody an administrator. */
    private User first(DSLContext sql, Invitation invitation, String name) {
        if (!parts.accounts().users().all(sql, invitation.tenantId()).isEmpty()) {
            throw ApiException.badRequest("There is a user already; an administrator makes others.");
        }
        var user = parts.accounts().users().create(sql, invitation.tenantId(), name, name);
        var role = parts.accounts().roles().administrator(sql, invitation.tenantId());
        parts.accounts().roles().assign(sql, user, List.of(role));
        parts.audit()
                .append(
                        sql,
                        user.tenantId(),
                        "server",
                        "user.created",
                        "user:" + user.id(),
                        Map.of("name", user.userPrincipalName(), "roles", List.of(role.displayName())));
        return user;
    }

    private Optional<Invitation> invitation(String code) {
        return parts.database().read(sql -> parts.accounts().invitations().find(sql, code));
    }

    private Optional<User> user(Invitation invitation) {
        return invitation
                .userId()
                .flatMap(id ->
                        parts.database().read(sql -> parts.accounts().users().find(sql, invitation.tenantId(), id)));
    }

    private void form(
            Context http, int status, String code, Invitation invitation, String name, Optional<String> problem) {
        var known = user(invitation);
        var nameField = known.map(user -> Html.of("""
                        <p>for <strong>%s</strong></p>
                        <input type="hidden" name="username" autocomplete="username" value="%s">
                        """, user.userPrincipalName(), user.userPrincipalName()))
                .orElseGet(() -> Html.of("""
                        <label for="username">User name, in the form of an address</label>
                        <input id="username" name="username" type="email" autocomplete="username" required maxlength="256" value="%s">
                        """, name));
        var body = Html.of(
                """
                <h1>%s</h1>
                %s
                <form method="post" action="%s">
                %s
                %s
                <label for="password">New password, at least %s characters</label>
                <input id="password" name="password" type="password" autocomplete="new-password" required minlength="%s" maxlength="256">
                <label for="again">The same again</label>
                <input id="again" name="again" type="password" autocomplete="new-password" required maxlength="256">
                <button>Set password</button>
                </form>
                """,
                known.isPresent() ? "Choose a password" : "Make the first administrator",
                SignInPages.alert(problem),
                Invitations.PATH + code,
                browser.formField(http),
                nameField,
                PasswordCheck.SHORTEST,
                PasswordCheck.SHORTEST);
        Pages.write(http, status, "Password", body, List.of());
    }

    private void gone(Context http) {
        pages.message(
                http,
                404,
                "This link does not hold",
                "It was used, or is too old, or a newer one was made. Ask an administrator for another one; for the first"
                        + " administrator, start the server again.");
    }
}
