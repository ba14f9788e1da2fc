package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.signin.AuthorizationCodes.Issued;
import dev.cordon.server.users.User;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The authorization code grant's second half (RFC 6749, 4.1.3; RFC 7636, 4.5): a code for tokens. Thread-safe. */
final class AuthorizationCodeGrant implements Grant {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorizationCodeGrant.class);

    private final Parts parts;
    private final TokenIssue issue;
    private final AuthorizationCodes codes;
    private final AuditLog audit;

    AuthorizationCodeGrant(Parts parts, TokenIssue issue, AuthorizationCodes codes) {
        this.parts = parts;
        this.issue = issue;
        this.codes = codes;
        this.audit = parts.audit();
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var code = request.form().required("code");
        var issued = parts.database().read(sql -> codes.peek(sql, code));
        var client = client(request, issued);
        var own = issued.filter(known ->
                        known.signIn().tenantId().equals(client.tenant().id())
                                && known.signIn()
                                        .applicationId()
                                        .equals(client.application().id()))
                .orElseThrow(AuthorizationCodeGrant::invalid);
        var registered = parts.database().read(sql -> parts.clients().find(sql, client.application()));
        boolean singlePage = registered.singlePageUris().contains(own.redirectUri());
        SinglePages.requireOrigin(request, registered, singlePage);
        requireRedirectUri(request, own);
        requireVerifier(request, own);
        var user = user(own);
        parts.conditions().require(request, user);
        use(request, code, own);
        var scope = scope(request, own);
        var granted = parts.database().read(sql -> issue.scopes().granted(sql, client.application(), user.id(), scope));
        var signedIn = parts.database().write(sql -> issue.signedIn(sql, own.signIn(), scope, singlePage));
        return issue.answer(request, client, user, signedIn, scope, granted, own.nonce());
    }

    private AuthenticatedClient client(TokenRequest request, Optional<Issued> issued) {
        var name = request.namesNoTenant()
                ? issued.map(known -> known.signIn().tenantId()).orElseThrow(AuthorizationCodeGrant::invalid)
                : request.tenantName();
        Tenant tenant = parts.database()
                .read(sql -> parts.identity().tenants().find(sql, name))
                .orElseThrow(() -> TokenRefusal.tenantNotFound(name));
        return parts.identity().userClients().authenticate(tenant, request, (sql, application) -> {
            var registered = parts.clients().find(sql, application);
            return registered.publicClient()
                    || issued.filter(code -> code.signIn().applicationId().equals(application.id()))
                            .filter(code -> registered.singlePageUris().contains(code.redirectUri()))
                            .isPresent();
        });
    }

    private static void requireRedirectUri(TokenRequest request, Issued issued) {
        var sent = request.form().optional("redirect_uri");
        if (sent.isPresent() && !sent.get().equals(issued.redirectUri())) {
            throw TokenRefusal.of(
                    500112,
                    "invalid_grant",
                    400,
                    "The reply address does not match the reply address provided when requesting the authorization code.");
        }
        if (sent.isEmpty()) {
            throw TokenRefusal.missingParameter("redirect_uri");
        }
    }

    /** A verifier without a challenge is refused too: somebody may have taken the challenge out on its way. */
    private static void requireVerifier(TokenRequest request, Issued issued) {
        var verifier = request.form().optional("code_verifier");
        boolean fits = issued.challenge()
                .map(key -> verifier.filter(key::fits).isPresent())
                .orElse(verifier.isEmpty());
        if (!fits) {
            throw TokenRefusal.of(
                    501481,
                    "invalid_grant",
                    400,
                    "The code_verifier does not match the code_challenge supplied in the authorization request.");
        }
    }

    private void use(TokenRequest request, String code, Issued issued) {
        var signIn = issued.signIn();
        if (signIn.revoked()) {
            throw reused();
        }
        var use = parts.database().write(sql -> {
            var outcome = codes.use(sql, code, signIn);
            if (outcome == AuthorizationCodes.Use.REUSED) {
                audit.append(
                        sql,
                        signIn.tenantId(),
                        "server",
                        "authorizationCode.reused",
                        "user:" + signIn.userId(),
                        Map.of("application", signIn.applicationId(), "ip", request.address()));
            }
            return outcome;
        });
        switch (use) {
            case GOOD -> {}
            case EXPIRED ->
                throw TokenRefusal.of(
                        70008,
                        "invalid_grant",
                        400,
                        "The provided authorization code has expired. Ask for a new one and redeem it within ten minutes.");
            case REUSED -> {
                LOG.atWarn()
                        .addKeyValue("tenant", signIn.tenantId())
                        .addKeyValue("user", signIn.userId())
                        .addKeyValue("application", signIn.applicationId())
                        .log("an authorization code was used twice; the sign-in is revoked");
                throw reused();
            }
        }
    }

    private ScopeRequest scope(TokenRequest request, Issued issued) {
        var form = request.form();
        var resource = form.optional("resource");
        var asked = request.endpoint() == Endpoint.V1
                ? resource
                : form.optional("scope").or(() -> resource);
        var first = ScopeRequest.parse(issued.signIn().scope());
        if (asked.isEmpty()) {
            return first;
        }
        var now = issue.scopes().asked(request.endpoint(), resource, form.optional("scope"));
        // what the user was not asked for at the authorization endpoint cannot be added behind the user's back
        return new ScopeRequest(
                now.resource(), now.all(), now.permissions(), first.openId(), first.offline(), first.email());
    }

    private User user(Issued issued) {
        var signIn = issued.signIn();
        var user = parts.database()
                .read(sql -> parts.accounts().users().find(sql, signIn.tenantId(), signIn.userId()))
                .orElseThrow(AuthorizationCodeGrant::invalid);
        if (!user.enabled()) {
            throw Refusals.userDisabled();
        }
        return user;
    }

    private static TokenRefusal invalid() {
        return TokenRefusal.of(
                70000, "invalid_grant", 400, "The provided authorization code is invalid or not this application's.");
    }

    private static TokenRefusal reused() {
        return TokenRefusal.of(
                54005,
                "invalid_grant",
                400,
                "OAuth2 authorization code was already redeemed. Retry with a new valid code or use an existing refresh token.");
    }
}
