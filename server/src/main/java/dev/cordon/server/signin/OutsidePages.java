package dev.cordon.server.signin;

import dev.cordon.server.federation.Federation;
import dev.cordon.server.federation.FederationException;
import dev.cordon.server.federation.SignInIssuer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.users.OutsideSession;
import dev.cordon.server.users.Session;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends browsers to outside issuers and takes them back: what {@link Federation} does, as seen from the browser. Each issuer
 * has a redirect URI of its own (RFC 9700, 4.4.2.2). Thread-safe.
 */
final class OutsidePages {

    private static final Logger LOG = LoggerFactory.getLogger(OutsidePages.class);

    private final Parts parts;
    private final Federation federation;
    private final OutsideChoice choice;
    private final Browser browser;
    private final SignInPages pages;
    private final SignInForms forms;

    OutsidePages(
            Parts parts,
            Federation federation,
            OutsideChoice choice,
            Browser browser,
            SignInPages pages,
            SignInForms forms) {
        this.parts = parts;
        this.federation = federation;
        this.choice = choice;
        this.browser = browser;
        this.pages = pages;
        this.forms = forms;
    }

    /** {@code GET /signin/outside/{issuer}}: what "Continue with ..." leads to. */
    void leave(Context http) {
        page(http, () -> {
            var back = ReturnPath.parse(
                    Optional.ofNullable(http.queryParam("return")).orElse(""));
            var issuer = issuer(http, back);
            parts.openWork().begin(http);
            var state = Secret.random();
            boolean knows = browser.session(http).filter(Session::complete).isPresent();
            var to = federation.depart(
                    issuer,
                    new Federation.Departure(
                            state,
                            Secret.hash(state),
                            binding(http),
                            redirectUri(http, issuer.id()),
                            back.text(),
                            knows,
                            Parameters.parse(back.query()).optional("login_hint")));
            AuthorizeAnswers.redirect(http, to.toString());
        });
    }

    /** {@code GET /signin/outside/{issuer}/callback}: the issuer's answer. */
    void comeBack(Context http) {
        page(http, () -> {
            var query = Optional.ofNullable(http.queryString()).orElse("");
            var answer = Parameters.parse(query);
            var issuerId = http.pathParam("issuer");
            var arrived = federation.arrive(new Federation.Arrival(
                    issuerId,
                    Secret.hash(answer.required("state")),
                    binding(http),
                    redirectUri(http, issuerId),
                    answer.optional("code"),
                    answer.optional("iss"),
                    answer.optional("error")));
            var user = arrived.user();
            boolean complete = arrived.secondFactor()
                    || !parts.database()
                            .read(sql -> parts.accounts().secondFactorRule().applies(sql, user));
            var methods = arrived.secondFactor() ? List.of("fed", "mfa") : List.of("fed");
            var session = browser.begin(
                    http,
                    user,
                    methods,
                    Optional.of(new OutsideSession(arrived.issuer().id(), arrived.sid())),
                    complete,
                    arrived.authenticatedAt());
            forms.signedIn(http, session);
            pages.goOn(http, ReturnPath.parse(arrived.returnPath()));
        });
    }

    private SignInIssuer issuer(Context http, ReturnPath back) {
        return choice.tenantId(back)
                .flatMap(tenantId -> federation.find(tenantId, http.pathParam("issuer")))
                .orElseThrow(() -> TokenRefusal.malformed("there is no such way to sign in."));
    }

    private byte[] binding(Context http) {
        return browser.ownBinding(http)
                .orElseThrow(() -> TokenRefusal.of(
                        165000,
                        "invalid_request",
                        400,
                        "The sign-in was not begun in this browser, or cookies are off. Begin it again."));
    }

    private static String redirectUri(Context http, String issuerId) {
        return RequestUrls.base(http) + OutsideChoice.PATH + issuerId + "/callback";
    }

    private void page(Context http, Runnable work) {
        if (!forms.mayTry(http)) {
            return;
        }
        try {
            work.run();
        } catch (TokenRefusal refusal) {
            LOG.atInfo()
                    .addKeyValue("error", "AADSTS" + refusal.number())
                    .addKeyValue("ip", http.ip())
                    .log("outside.refused");
            pages.refusal(http, refusal);
        } catch (FederationException e) {
            forms.wasWrong(http);
            LOG.atWarn()
                    .addKeyValue("why", e.why())
                    .addKeyValue("ip", http.ip())
                    .log("outside.refused");
            pages.message(http, 400, "This sign-in does not work", e.why());
        }
    }
}
