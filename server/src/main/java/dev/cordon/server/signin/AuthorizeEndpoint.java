package dev.cordon.server.signin;

import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.signin.SignInPages.Next;
import dev.cordon.server.users.Session;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /{tenant}/oauth2/authorize} and {@code /{tenant}/oauth2/v2.0/authorize} (RFC 6749, 4.1; OpenID Connect Core
 * 1.0, 3): the browser comes here again and again, and each time gets the page of the next step, until nothing is left
 * but to send it back to the client with what it asked for. Thread-safe.
 */
final class AuthorizeEndpoint {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeEndpoint.class);

    /** Words of {@code prompt} that a sign-in answers. */
    private static final Set<String> SIGN_IN = Set.of("login", "select_account");

    private final Parts parts;
    private final AuthorizeRequests requests;
    private final GrantedScopes scopes;
    private final AuthorizationCodes codes;
    private final IdTokens idTokens;
    private final Browser browser;
    private final SignInPages pages;
    private final SecondFactorPages secondFactor;
    private final ExpiredPasswords expired;

    AuthorizeEndpoint(
            Parts parts,
            AuthorizeRequests requests,
            GrantedScopes scopes,
            AuthorizationCodes codes,
            IdTokens idTokens,
            Browser browser,
            SignInPages pages,
            SecondFactorPages secondFactor,
            ExpiredPasswords expired) {
        this.parts = parts;
        this.requests = requests;
        this.scopes = scopes;
        this.codes = codes;
        this.idTokens = idTokens;
        this.browser = browser;
        this.pages = pages;
        this.secondFactor = secondFactor;
        this.expired = expired;
    }

    void show(Context http, Endpoint endpoint) {
        try {
            var query = http.queryString();
            var parameters = Parameters.parse(query == null ? "" : query);
            var request = parts.database()
                    .read(sql ->
                            requests.read(sql, endpoint, http.pathParam("tenant"), parameters, RequestUrls.base(http)));
            try {
                step(http, request);
            } catch (TokenRefusal refusal) {
                log(http, refusal);
                AuthorizeAnswers.error(http, request, refusal);
            }
        } catch (TokenRefusal refusal) {
            log(http, refusal);
            pages.refusal(http, refusal);
        }
    }

    private void step(Context http, AuthorizeRequest request) {
        var scope = scopes.asked(request);
        var type = ResponseType.of(request, scope);
        var proofKey = ProofKey.of(request.parameters());
        SinglePages.requireProofKey(request, type, proofKey);
        parts.database().read(sql -> scopes.wanted(sql, request.application(), scope));
        var session = browser.session(http)
                .filter(known -> known.user().tenantId().equals(request.tenant().id()));
        boolean silent = request.prompts("none");
        boolean again = SIGN_IN.stream().anyMatch(request::prompts);
        if (session.filter(Session::complete).isEmpty() || again) {
            if (silent) {
                throw TokenRefusal.of(
                        50058, "login_required", 400, "A silent sign-in request was sent but no user is signed in.");
            }
            if (session.isPresent() && !session.get().complete()) {
                secondFactor.show(http, next(http, request, SIGN_IN), session.get());
            } else {
                signIn(http, request);
            }
            return;
        }
        var known = session.get();
        parts.conditions().requireNetwork(request.tenant().id(), http.ip(), request.endpoint());
        if (expired.stops(known)) {
            if (silent) {
                throw Refusals.passwordExpiredSilently();
            }
            expired.show(http, next(http, request, SIGN_IN), known);
            return;
        }
        var missing = parts.database()
                .read(sql ->
                        scopes.missing(sql, request.application(), known.user().id(), scope));
        boolean asks = request.prompts("consent") || request.prompts("admin_consent");
        if (!missing.isEmpty() || asks) {
            if (silent) {
                throw TokenRefusal.of(
                        65001, "interaction_required", 400, "The user has not consented to use the application.");
            }
            var permissions = asks ? parts.database().read(sql -> scopes.offered(sql, request, scope)) : missing;
            consent(http, request, known, permissions);
            return;
        }
        answer(http, request, type, scope, known, proofKey);
    }

    private void answer(
            Context http,
            AuthorizeRequest request,
            ResponseType type,
            ScopeRequest scope,
            Session session,
            Optional<ProofKey> proofKey) {
        var nonce = request.parameters().optional("nonce");
        var made = parts.database().write(sql -> {
            var signIn = parts.accounts()
                    .signIns()
                    .create(sql, session, request.application().id(), scope.text());
            return new Made(
                    signIn,
                    type.code()
                            ? Optional.of(codes.create(
                                    sql, new AuthorizationCodes.Issued(signIn, request.redirectUri(), proofKey, nonce)))
                            : Optional.empty());
        });
        var subject = new IdTokens.Subject(
                request.endpoint(),
                request.application(),
                session.user(),
                made.signIn(),
                scope,
                nonce,
                made.code(),
                RequestUrls.base(http));
        AuthorizeAnswers.success(
                http, request, made.code(), type.idToken() ? Optional.of(idTokens.issue(subject)) : Optional.empty());
    }

    private record Made(SignIn signIn, Optional<String> code) {
        @Override
        public String toString() {
            return "Made[" + signIn.id() + "]";
        }
    }

    private void signIn(Context http, AuthorizeRequest request) {
        pages.password(
                http,
                200,
                next(http, request, SIGN_IN),
                request.application().displayName(),
                request.parameters().optional("login_hint").orElse(""),
                Optional.empty());
    }

    private void consent(Context http, AuthorizeRequest request, Session session, SortedSet<String> permissions) {
        boolean administrator =
                parts.database().read(sql -> parts.accounts().portalRoles().administers(sql, session.user()));
        pages.consent(
                http,
                next(http, request, request.prompt()),
                request.application().displayName(),
                host(request.redirectUri()),
                session.user(),
                parts.database().read(sql -> scopes.texts(sql, request.tenant().id(), permissions)),
                administrator);
    }

    /** Back to this endpoint, where what the page does is not asked for again. */
    private static Next next(Context http, AuthorizeRequest request, Set<String> done) {
        var left = new TreeSet<>(request.prompt());
        left.removeAll(done);
        return new Next(
                http.path() + "?" + request.parameters().with("prompt", String.join(" ", left)),
                List.of(RedirectUri.policySource(request.redirectUri())));
    }

    private static String host(String redirectUri) {
        var uri = URI.create(redirectUri);
        return uri.getHost() == null ? uri.getScheme() + ":" : uri.getHost();
    }

    private static void log(Context http, TokenRefusal refusal) {
        LOG.atInfo()
                .addKeyValue("error", "AADSTS" + refusal.number())
                .addKeyValue("ip", http.ip())
                .log("authorize.refused");
    }
}
