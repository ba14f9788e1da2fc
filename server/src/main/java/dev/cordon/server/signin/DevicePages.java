package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.DeviceCodes.Waiting;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.Session;
import io.javalin.http.Context;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /devicelogin}: a user who has signed in types the code that a device shows, sees who asks for what, and lets it
 * in or not. Codes can be tried by signed-in users only. Thread-safe.
 */
final class DevicePages {

    private static final String ACTION = "/signin/device";

    private final Parts parts;
    private final GrantedScopes scopes;
    private final DeviceCodes codes;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;
    private final SecondFactorPages secondFactor;
    private final ExpiredPasswords expired;

    DevicePages(
            Parts parts,
            GrantedScopes scopes,
            DeviceCodes codes,
            Browser browser,
            SignInPages pages,
            SignInForms forms,
            SecondFactorPages secondFactor,
            ExpiredPasswords expired) {
        this.parts = parts;
        this.scopes = scopes;
        this.codes = codes;
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
        this.secondFactor = secondFactor;
        this.expired = expired;
    }

    void show(Context http) {
        var session = browser.session(http);
        if (session.isEmpty()) {
            pages.password(http, 200, here(), "a device", "", Optional.empty());
            return;
        }
        if (!session.get().complete()) {
            secondFactor.show(http, here(), session.get());
            return;
        }
        if (expired.stops(session.get())) {
            expired.show(http, here(), session.get());
            return;
        }
        ask(http, 200, session.get(), Optional.empty());
    }

    void submit(Context http) {
        forms.handle(http, (form, back) -> {
            var session = browser.session(http).filter(Session::complete).filter(known -> !expired.stops(known));
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, DeviceCodeEndpoint.PAGE);
                return;
            }
            var waiting = waiting(session.get(), form.optional("code").orElse(""));
            if (waiting.isEmpty()) {
                ask(http, 400, session.get(), Optional.of("This code is not known, or its time is over."));
                return;
            }
            decide(http, form, session.get(), waiting.get());
        });
    }

    private void decide(Context http, TokenForm form, Session session, Waiting waiting) {
        var application = parts.database()
                .read(sql -> parts.identity()
                        .applications()
                        .find(sql, waiting.tenantId(), waiting.applicationId())
                        .filter(Application::enabled))
                .orElseThrow(() -> TokenRefusal.applicationDisabled(waiting.applicationId()));
        switch (form.optional("answer").orElse("")) {
            case "accept" -> {
                accept(http, session, waiting, application);
                pages.message(
                        http, 200, "The device is signed in", "You can close this window and go on at the device.");
            }
            case "cancel" -> {
                parts.database().write(sql -> {
                    codes.decline(sql, waiting.userCode());
                    return waiting;
                });
                pages.message(http, 200, "Nothing was signed in", "The device has been told so.");
            }
            default -> confirm(http, session, waiting, application);
        }
    }

    private void accept(Context http, Session session, Waiting waiting, Application application) {
        parts.conditions().requireNetwork(session.user().tenantId(), http.ip(), Endpoint.V2);
        boolean done = parts.database().write(sql -> {
            var user = session.user();
            var wanted = scopes.wanted(sql, application, ScopeRequest.parse(waiting.scope()));
            parts.clients().consent(sql, application, user.id(), wanted);
            var signIn = parts.accounts().signIns().create(sql, session, application.id(), waiting.scope());
            parts.audit()
                    .append(
                            sql,
                            user.tenantId(),
                            user.actor(),
                            "device.signedIn",
                            "application:" + application.id(),
                            Map.of("scopes", List.copyOf(wanted), "ip", http.ip()));
            return codes.approve(sql, waiting.userCode(), signIn);
        });
        if (!done) {
            throw TokenRefusal.of(70018, "bad_verification_code", 400, "The device no longer waits.");
        }
    }

    /** Only devices of the user's own tenant. */
    private Optional<Waiting> waiting(Session session, String code) {
        return parts.database()
                .read(sql -> codes.find(sql, code))
                .filter(known -> known.tenantId().equals(session.user().tenantId()));
    }

    private void ask(Context http, int status, Session session, Optional<String> problem) {
        var body = Html.of(
                """
                <h1>Sign in a device</h1>
                <p class="quiet">Signed in as %s</p>
                %s
                <form method="post" action="%s">
                %s
                <label for="code">Code that the device shows</label>
                <input id="code" class="code" name="code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="20" autofocus>
                <button>Next</button>
                </form>
                """,
                session.user().userPrincipalName(),
                SignInPages.alert(problem),
                ACTION,
                pages.hidden(http, here(), "a device"));
        Pages.write(http, status, "Device", body, List.of());
    }

    private void confirm(Context http, Session session, Waiting waiting, Application application) {
        var texts = parts.database().read(sql -> {
            var wanted = scopes.wanted(sql, application, ScopeRequest.parse(waiting.scope()));
            return scopes.texts(sql, waiting.tenantId(), wanted);
        });
        var body = Html.of(
                """
                <h1>Let %s sign in?</h1>
                <p class="quiet">Signed in as %s</p>
                <p>The device will be able to do this in your name, as far as your role allows:</p>
                <ul>%s</ul>
                <p><strong>Go on only if you started this yourself, at a device in front of you.</strong> If somebody sent you the code, cancel.</p>
                <form method="post" action="%s">
                %s
                <input type="hidden" name="code" value="%s">
                <button name="answer" value="accept">Let it in</button>
                <button class="second" name="answer" value="cancel">Cancel</button>
                </form>
                """,
                application.displayName(),
                session.user().userPrincipalName(),
                list(texts),
                ACTION,
                pages.hidden(http, here(), application.displayName()),
                waiting.userCode());
        Pages.write(http, 200, "Device", body, List.of());
    }

    private static Html list(Collection<String> texts) {
        return texts.isEmpty() ? Html.of("<li>%s</li>", "Know who you are") : SignInPages.list(texts);
    }

    private static Next here() {
        return new Next(DeviceCodeEndpoint.PAGE, List.of());
    }
}
