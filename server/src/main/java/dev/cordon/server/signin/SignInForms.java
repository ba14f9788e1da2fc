package dev.cordon.server.signin;

import dev.cordon.server.identity.TokenForm;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.PasswordCheck.Outcome;
import dev.cordon.server.users.PasswordHash;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.User;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the forms of the pages send: the password, the answer to the question for consent. Thread-safe. */
final class SignInForms {

    private static final Logger LOG = LoggerFactory.getLogger(SignInForms.class);

    /** One text for all three, so that the page tells nobody which names exist. */
    private static final String WRONG =
            "The user name or the password is wrong, or the account is locked for a while after too many tries.";

    private static final Duration RECENT = Duration.ofMinutes(15);

    private final Parts parts;
    private final AuthorizeRequests requests;
    private final GrantedScopes scopes;
    private final Browser browser;
    private final SignInPages pages;
    private final WrongTries tries;

    SignInForms(Parts parts, AuthorizeRequests requests, GrantedScopes scopes, Browser browser, SignInPages pages) {
        this.parts = parts;
        this.requests = requests;
        this.scopes = scopes;
        this.browser = browser;
        this.pages = pages;
        this.tries = parts.tries();
    }

    void password(Context http) {
        handle(http, (form, back) -> {
            var name = form.optional("username").orElse("");
            try {
                var tenantId = tenantId(back);
                switch (parts.accounts()
                        .passwords()
                        .check(tenantId, name, form.optional("password").orElse(""))) {
                    case Outcome.Right(var user) -> signedIn(http, user, back);
                    case Outcome.Disabled disabled -> again(http, form, back, name, "This account is disabled.");
                    case Outcome.Wrong wrong -> wrong(http, form, back, name, "wrong password");
                    case Outcome.Unknown unknown -> wrong(http, form, back, name, "unknown user");
                    case Outcome.Locked locked -> wrong(http, form, back, name, "locked");
                }
            } catch (PasswordHash.Overloaded e) {
                throw TokenRefusal.overloaded();
            }
        });
    }

    void consent(Context http) {
        handle(http, (form, back) -> {
            var request = parts.database()
                    .read(sql -> requests.read(
                            sql,
                            back.endpoint(),
                            back.tenantName(),
                            Parameters.parse(back.query()),
                            RequestUrls.base(http)));
            var session = browser.session(http)
                    .filter(Session::complete)
                    .filter(known ->
                            known.user().tenantId().equals(request.tenant().id()));
            if (session.isEmpty()) {
                AuthorizeAnswers.redirect(http, back.text()); // it has ended meanwhile: sign in again
                return;
            }
            if (!form.optional("answer").equals(Optional.of("accept"))) {
                AuthorizeAnswers.error(
                        http,
                        request,
                        TokenRefusal.of(
                                65004, "access_denied", 400, "The user declined to consent to access the app."));
                return;
            }
            accept(request, session.get().user(), form.has("everybody"));
            AuthorizeAnswers.redirect(http, back.text());
        });
    }

    private void accept(AuthorizeRequest request, User user, boolean everybody) {
        parts.database().write(sql -> {
            boolean forAll = everybody && parts.accounts().portalRoles().administers(sql, user);
            var wanted = scopes.offered(sql, request, scopes.asked(request));
            parts.clients().consent(sql, request.application(), forAll ? Clients.EVERYBODY : user.id(), wanted);
            parts.audit()
                    .append(
                            sql,
                            user.tenantId(),
                            user.actor(),
                            "consent.granted",
                            "application:" + request.application().id(),
                            Map.of(
                                    "scopes",
                                    List.copyOf(wanted),
                                    "for",
                                    forAll ? "everybody" : user.userPrincipalName()));
            return wanted;
        });
    }

    private void signedIn(Context http, User user, ReturnPath back) {
        boolean complete = !parts.database()
                .read(sql -> parts.accounts().secondFactorRule().applies(sql, user));
        signedIn(http, browser.begin(http, user, List.of("pwd"), complete));
        AuthorizeAnswers.redirect(http, back.text());
    }

    /** Writes the first step of a sign-in down if there is no second. */
    void signedIn(Context http, Session session) {
        var user = session.user();
        if (session.complete()) {
            parts.database().write(sql -> {
                parts.audit()
                        .append(
                                sql,
                                user.tenantId(),
                                user.actor(),
                                "user.signedIn",
                                "user:" + user.id(),
                                detail(http, session));
                return user;
            });
        }
    }

    /** What the audit log keeps of a sign-in. */
    static Map<String, ?> detail(Context http, Session session) {
        return session.issuerId()
                .<Map<String, ?>>map(issuer -> Map.of("methods", session.methods(), "ip", http.ip(), "issuer", issuer))
                .orElseGet(() -> Map.of("methods", session.methods(), "ip", http.ip()));
    }

    private void wrong(Context http, TokenForm form, ReturnPath back, String name, String why) {
        wasWrong(http);
        LOG.atInfo().addKeyValue("why", why).addKeyValue("ip", http.ip()).log("signin.refused");
        again(http, form, back, name, WRONG);
    }

    /** Counts a wrong password, code or passkey against the address it came from. */
    void wasWrong(Context http) {
        tries.count(http.ip());
    }

    void again(Context http, TokenForm form, ReturnPath back, String name, String problem) {
        pages.password(
                http,
                400,
                new Next(back.text(), targets(http, back)),
                form.optional("application").orElse("Cordon"),
                name,
                Optional.of(problem));
    }

    /** The tenant that a sign-in is for; empty where it is for none in particular. */
    Optional<String> tenantId(ReturnPath back) {
        if (!back.isAuthorize()) {
            return Optional.empty();
        }
        var clientId = Parameters.parse(back.query()).required("client_id");
        return Optional.of(parts.database()
                .read(sql -> requests.owned(sql, back.tenantName(), clientId)
                        .tenant()
                        .id()));
    }

    /** Whether a session is young enough to change how its user signs in. */
    boolean isRecent(Session session) {
        return session.authenticatedAt().plus(RECENT).isAfter(parts.time().instant());
    }

    List<String> targets(Context http, ReturnPath back) {
        if (!back.isAuthorize()) {
            return List.of();
        }
        var request = parts.database()
                .read(sql -> requests.read(
                        sql,
                        back.endpoint(),
                        back.tenantName(),
                        Parameters.parse(back.query()),
                        RequestUrls.base(http)));
        return List.of(RedirectUri.policySource(request.redirectUri()));
    }

    @FunctionalInterface
    interface Handler {
        void handle(TokenForm form, ReturnPath back);
    }

    /** Whether somebody at this address may try; if not, the page says until when. */
    boolean mayTry(Context http) {
        var wait = tries.wait(http.ip());
        if (wait.isPresent()) {
            LOG.atWarn().addKeyValue("ip", http.ip()).log("signin.tooManyTries");
            http.header("Retry-After", String.valueOf(wait.get().toSeconds() + 1));
            pages.message(
                    http,
                    429,
                    "Too many wrong tries",
                    "From your network there were too many wrong tries. Wait "
                            + (wait.get().toMinutes() + 1) + " minutes and try again.");
            return false;
        }
        return true;
    }

    /** Reads a form of ours; whatever is wrong becomes a page. */
    void handle(Context http, Handler handler) {
        var body = http.bodyAsBytes();
        if (!mayTry(http)) {
            return;
        }
        try {
            var form = TokenForm.read(http.method(), body);
            var back = ReturnPath.parse(form.optional("return").orElse(""));
            if (!browser.isOwn(http, form)) {
                throw TokenRefusal.of(
                        165000,
                        "invalid_request",
                        400,
                        "The form is not of this browser, or cookies are off. Go back, load the page again and try once more.");
            }
            handler.handle(form, back);
        } catch (TokenRefusal refusal) {
            LOG.atInfo()
                    .addKeyValue("error", "AADSTS" + refusal.number())
                    .addKeyValue("ip", http.ip())
                    .log("form.refused");
            pages.refusal(http, refusal);
        }
    }
}
