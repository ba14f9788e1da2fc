package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.users.PasskeyCeremony;
import dev.cordon.server.users.PasskeyCeremony.Purpose;
import dev.cordon.server.users.PasskeyException;
import dev.cordon.server.users.Passkeys;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the script of the pages sends: the wish for a challenge, and what the authenticator answered. Thread-safe. */
final class PasskeyPages {

    private static final Logger LOG = LoggerFactory.getLogger(PasskeyPages.class);
    private static final String REFUSED = "The passkey was not accepted. Try again, or sign in another way.";

    private final Parts parts;
    private final Passkeys passkeys;
    private final PasskeySite site;
    private final Browser browser;
    private final SignInForms forms;
    private final SecondFactorPages secondFactor;

    PasskeyPages(Parts parts, PasskeySite site, Browser browser, SignInForms forms, SecondFactorPages secondFactor) {
        this.parts = parts;
        this.passkeys = parts.accounts().passkeys();
        this.site = site;
        this.browser = browser;
        this.forms = forms;
        this.secondFactor = secondFactor;
    }

    void options(Context http) {
        forms.handle(http, (form, back) -> {
            var purpose = PasskeyForms.purpose(form.required("purpose"))
                    .orElseThrow(() -> TokenRefusal.malformed("the purpose of the passkey is not known."));
            var ceremony = ceremony(http, purpose);
            parts.openWork().begin(http);
            try {
                var options = switch (purpose) {
                    case SIGN_IN -> passkeys.signInOptions(ceremony);
                    case SECOND_FACTOR ->
                        passkeys.secondFactorOptions(ceremony, waiting(http).user());
                    case ENROLLMENT ->
                        passkeys.creationOptions(ceremony, enrolling(http).user());
                };
                http.header("Cache-Control", "no-store")
                        .contentType("application/json")
                        .result(options.toString());
            } catch (PasskeyException e) {
                log(http, e);
                throw TokenRefusal.malformed("there is no passkey to be asked for.");
            }
        });
    }

    void signIn(Context http) {
        forms.handle(http, (form, back) -> {
            try {
                var user = passkeys.authenticate(
                        ceremony(http, Purpose.SIGN_IN), form.required("credential"), Optional.empty());
                if (forms.tenantId(back)
                        .filter(tenantId -> !tenantId.equals(user.tenantId()))
                        .isPresent()) {
                    throw TokenRefusal.malformed("the passkey is of another organization.");
                }
                log(http, browser.begin(http, user, List.of("pop", "user", "mfa"), true), "user.signedIn");
                AuthorizeAnswers.redirect(http, back.text());
            } catch (PasskeyException e) {
                log(http, e);
                forms.again(http, form, back, "", REFUSED);
            }
        });
    }

    void second(Context http) {
        forms.handle(http, (form, back) -> {
            var session = waiting(http);
            try {
                var user = passkeys.authenticate(
                        ceremony(http, Purpose.SECOND_FACTOR),
                        form.required("credential"),
                        Optional.of(session.user()));
                parts.accounts().passwords().succeeded(user);
                log(http, browser.complete(http, session, "pop"), "user.signedIn");
                AuthorizeAnswers.redirect(http, back.text());
            } catch (PasskeyException e) {
                log(http, e);
                secondFactor.again(http, back, session, REFUSED);
            }
        });
    }

    /** From the account page, or at a sign-in that asks for a second factor where there is none. */
    void enroll(Context http) {
        forms.handle(http, (form, back) -> {
            var session = enrolling(http);
            var user = session.user();
            try {
                var passkey = passkeys.enroll(
                        ceremony(http, Purpose.ENROLLMENT), user, form.required("credential"), name(form));
                parts.database().write(sql -> {
                    parts.audit()
                            .append(
                                    sql,
                                    user.tenantId(),
                                    user.actor(),
                                    "user.passkeyAdded",
                                    "user:" + user.id(),
                                    Map.of("passkey", passkey.id(), "host", passkey.rpId(), "ip", http.ip()));
                    return passkey;
                });
                if (!session.complete()) {
                    log(http, browser.complete(http, session, "pop"), "user.secondFactorEnrolled");
                }
                AuthorizeAnswers.redirect(http, back.text());
            } catch (PasskeyException e) {
                log(http, e);
                throw TokenRefusal.malformed("the passkey could not be added. Go back and try again.");
            }
        });
    }

    private void log(Context http, Session session, String event) {
        var user = session.user();
        parts.database().write(sql -> {
            parts.audit()
                    .append(
                            sql,
                            user.tenantId(),
                            user.actor(),
                            event,
                            "user:" + user.id(),
                            SignInForms.detail(http, session));
            return session;
        });
    }

    private PasskeyCeremony ceremony(Context http, Purpose purpose) {
        return site.ceremony(http, purpose)
                .orElseThrow(
                        () -> TokenRefusal.malformed(
                                "passkeys do not work under this host name. Use a name that the server was given with --host."));
    }

    private Session waiting(Context http) {
        return browser.session(http)
                .filter(session -> !session.complete())
                .orElseThrow(() -> TokenRefusal.malformed("this sign-in is over. Start it again."));
    }

    /** A password alone lets nobody add a second factor to those that are there. */
    private Session enrolling(Context http) {
        return browser.session(http)
                .filter(session -> session.complete()
                        ? forms.isRecent(session)
                        : !session.user().hasSecondFactor())
                .orElseThrow(
                        () -> TokenRefusal.malformed("the sign-in is too long ago for this. Sign in again first."));
    }

    private static String name(TokenForm form) {
        return form.optional("name").orElse("");
    }

    private void log(Context http, PasskeyException e) {
        forms.wasWrong(http);
        LOG.atWarn()
                .addKeyValue("why", e.getMessage())
                .addKeyValue("ip", http.ip())
                .log("passkey.refused");
    }
}
