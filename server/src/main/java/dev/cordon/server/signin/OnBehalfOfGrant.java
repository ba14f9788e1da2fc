package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.JwtTokenVerifier;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.identity.UserAssertion;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import dev.cordon.server.web.ApiException;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On behalf of (RFC 7523, 2.1, as Entra extends it): an application that has an API of its own trades a user's token for
 * that API for one of another resource, for which it is registered itself and has the user's consent itself. The new token
 * hangs on the sign-in behind the old one, so whatever ends that ends both.
 *
 * <p>There is no refresh token: the application acts for as long as the user's client comes with fresh tokens. Thread-safe.
 */
final class OnBehalfOfGrant implements Grant {

    static final String NAME = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    private static final Logger LOG = LoggerFactory.getLogger(OnBehalfOfGrant.class);
    private static final String USE = "on_behalf_of";

    private final Parts parts;
    private final TokenIssue issue;
    private final JwtTokenVerifier ownTokens;

    OnBehalfOfGrant(Parts parts, TokenIssue issue) {
        this.parts = parts;
        this.issue = issue;
        this.ownTokens = parts.identity().ownTokens();
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var form = request.form();
        var assertion = form.required("assertion");
        var use = form.required("requested_token_use");
        if (!use.equals(USE)) {
            throw TokenRefusal.malformed("'requested_token_use' must be '" + USE + "'.");
        }
        var client = client(request);
        var application = client.application();
        var behind = behind(application, assertion(application, assertion));
        var scope = issue.scopes().asked(request.endpoint(), form.optional("resource"), form.optional("scope"));
        if (scope.ofDirectory()) {
            throw TokenRefusal.scopeNotValid(scope.text());
        }
        var user = behind.user();
        var granted = parts.database().read(sql -> issue.scopes().granted(sql, application, user.id(), scope));
        LOG.atDebug()
                .addKeyValue("tenant", application.tenantId())
                .addKeyValue("application", application.id())
                .addKeyValue("user", user.id())
                .addKeyValue("audience", scope.resource())
                .log("token.onBehalfOf");
        return issue.answer(
                request,
                client,
                user,
                new TokenIssue.SignedIn(behind.signIn(), Optional.empty()),
                scope,
                granted,
                Optional.empty());
    }

    /** Who cannot prove who it is has no business with other people's tokens. */
    private AuthenticatedClient client(TokenRequest request) {
        if (request.namesNoTenant()) {
            throw TokenRefusal.aliasNotAllowed(request.tenantName());
        }
        var tenant = parts.database()
                .read(sql -> parts.identity().tenants().find(sql, request.tenantName()))
                .orElseThrow(() -> TokenRefusal.tenantNotFound(request.tenantName()));
        var client = parts.identity().userClients().authenticate(tenant, request, parts.clients()::isPublic);
        if (client.proof() == AuthenticatedClient.Proof.NONE) {
            throw TokenRefusal.noCredential();
        }
        return client;
    }

    private UserAssertion assertion(Application application, String text) {
        UserAssertion assertion;
        try {
            assertion = ownTokens.verifyAssertion(text, audience -> requireOwn(application, audience));
        } catch (ApiException e) {
            throw Refusals.assertionInvalid(e.getMessage());
        }
        var now = parts.time().instant();
        if (now.isBefore(assertion.notBefore()) || !now.isBefore(assertion.expiresAt())) {
            throw Refusals.assertionExpired();
        }
        if (!assertion.tenantId().equals(application.tenantId())) {
            throw Refusals.assertionInvalid("It is another tenant's.");
        }
        return assertion;
    }

    private void requireOwn(Application application, List<String> audience) {
        boolean own = audience.size() == 1
                && ApplicationApi.ofResource(audience.getFirst())
                        .filter(api -> api.applicationId().equals(application.id()))
                        .filter(api -> parts.database()
                                .read(sql ->
                                        parts.clients().find(sql, application).exposesApi()))
                        .isPresent();
        if (!own) {
            throw Refusals.assertionForAnother(application.id());
        }
    }

    /** Who stands behind an assertion, as it is now. */
    private record Behind(SignIn signIn, User user) {}

    private Behind behind(Application application, UserAssertion assertion) {
        if (assertion.user().isEmpty()) {
            throw Refusals.assertionOfNoUser(application.id());
        }
        return parts.database()
                .read(sql -> behind(sql, assertion, assertion.user().get()));
    }

    private Behind behind(DSLContext sql, UserAssertion assertion, UserAssertion.OfUser subject) {
        var tenantId = assertion.tenantId();
        var client = parts.identity().applications().find(sql, tenantId, assertion.applicationId());
        if (client.filter(Application::enabled).isEmpty()) {
            throw TokenRefusal.applicationDisabled(assertion.applicationId());
        }
        var signIn = parts.accounts()
                .signIns()
                .find(sql, subject.signInId())
                .filter(known -> known.tenantId().equals(tenantId))
                .filter(known -> known.userId().equals(subject.userId()))
                .filter(known -> !known.revoked())
                .orElseThrow(Refusals::grantRevoked);
        var user =
                parts.accounts().users().find(sql, tenantId, subject.userId()).orElseThrow(Refusals::grantRevoked);
        if (!user.enabled()) {
            throw Refusals.userDisabled();
        }
        return new Behind(signIn, user);
    }
}
