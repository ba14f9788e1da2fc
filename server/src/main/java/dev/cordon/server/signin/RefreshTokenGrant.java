package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.identity.UserClients;
import dev.cordon.server.signin.RefreshTokens.Found;
import dev.cordon.server.signin.RefreshTokens.Held;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.SignIn;
import dev.cordon.server.users.User;
import dev.cordon.server.users.Users;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refresh (RFC 6749, 6): a new access token, and a new refresh token in place of the old. The token of one resource also
 * gets those of another that the application has consent for. Thread-safe.
 */
final class RefreshTokenGrant implements Grant {

    private static final Logger LOG = LoggerFactory.getLogger(RefreshTokenGrant.class);

    private final Database database;
    private final Tenants tenants;
    private final UserClients userClients;
    private final Clients clients;
    private final Users users;
    private final GrantConditions conditions;
    private final TokenIssue issue;
    private final AuditLog audit;

    RefreshTokenGrant(Parts parts, TokenIssue issue) {
        this.database = parts.database();
        this.tenants = parts.identity().tenants();
        this.userClients = parts.identity().userClients();
        this.clients = parts.clients();
        this.users = parts.accounts().users();
        this.conditions = parts.conditions();
        this.issue = issue;
        this.audit = parts.audit();
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var token = request.form().required("refresh_token");
        var known = known(request, token);
        // whatever may be refused is refused before the token is used up
        conditions.require(request, known.user());
        var scope = scope(request, known.signIn());
        var granted = database.read(sql -> issue.scopes()
                .granted(sql, known.client().application(), known.user().id(), scope));
        var used = database.write(sql -> use(sql, request, token, known.held()));
        if (used.found() instanceof Found.Expired && known.held().singlePage()) {
            throw Refusals.pageTokenExpired();
        }
        var fresh = used.token();
        return issue.answer(
                request,
                known.client(),
                known.user(),
                new TokenIssue.SignedIn(known.signIn(), Optional.of(fresh)),
                scope,
                granted,
                Optional.empty());
    }

    private record Known(AuthenticatedClient client, Held held, User user) {
        SignIn signIn() {
            return held.signIn();
        }
    }

    /** What came of using a token: the next one, or why there is none. */
    private record Used(Found found, Optional<String> fresh) {

        String token() {
            return switch (found) {
                case Found.Good good -> fresh.orElseThrow();
                case Found.Unknown unknown -> throw Refusals.refreshTokenInvalid();
                case Found.Expired expired -> throw Refusals.refreshTokenExpired();
                case Found.Reused reused -> throw Refusals.refreshTokenReused();
                case Found.Revoked revoked -> throw Refusals.grantRevoked();
            };
        }

        @Override
        public String toString() {
            return "Used";
        }
    }

    /** The client first, so that a stolen token cannot be used up by somebody who is not the client. */
    private Known known(TokenRequest request, String token) {
        var held = database.read(sql -> issue.refreshTokens().peek(sql, token));
        var signIn = held.map(Held::signIn);
        var tenant = database.read(sql -> tenant(sql, request, signIn));
        var client = userClients.authenticate(tenant, request, (sql, application) -> isPublic(sql, application, held));
        var application = client.application();
        var own = signIn.orElseThrow(Refusals::refreshTokenInvalid);
        if (!own.tenantId().equals(application.tenantId())
                || !own.applicationId().equals(application.id())) {
            throw Refusals.refreshTokenOfOther();
        }
        var registered = database.read(sql -> clients.find(sql, application));
        SinglePages.requireOrigin(request, registered, held.get().singlePage());
        return new Known(client, held.get(), database.read(sql -> user(sql, own)));
    }

    /** What a page was given, it redeems without a secret, whatever else the application is. */
    private boolean isPublic(DSLContext sql, Application application, Optional<Held> held) {
        return clients.isPublic(sql, application)
                || held.filter(Held::singlePage)
                        .filter(known -> known.signIn().applicationId().equals(application.id()))
                        .isPresent();
    }

    private Tenant tenant(DSLContext sql, TokenRequest request, Optional<SignIn> signIn) {
        var name = request.namesNoTenant()
                ? signIn.map(SignIn::tenantId).orElseThrow(Refusals::refreshTokenInvalid)
                : request.tenantName();
        return tenants.find(sql, name).orElseThrow(() -> TokenRefusal.tenantNotFound(name));
    }

    private Used use(DSLContext sql, TokenRequest request, String token, Held held) {
        var found = issue.refreshTokens().use(sql, token);
        if (found instanceof Found.Good) {
            return new Used(found, Optional.of(issue.refreshTokens().next(sql, held)));
        }
        if (found instanceof Found.Reused(var signIn)) {
            LOG.atWarn()
                    .addKeyValue("tenant", signIn.tenantId())
                    .addKeyValue("user", signIn.userId())
                    .addKeyValue("application", signIn.applicationId())
                    .addKeyValue("ip", request.address())
                    .log("a refresh token was used twice; the sign-in is revoked");
            audit.append(
                    sql,
                    signIn.tenantId(),
                    "server",
                    "refreshToken.reused",
                    "user:" + signIn.userId(),
                    Map.of("application", signIn.applicationId(), "ip", request.address()));
        }
        return new Used(found, Optional.empty());
    }

    private ScopeRequest scope(TokenRequest request, SignIn signIn) {
        var form = request.form();
        var resource = form.optional("resource");
        var asked = request.endpoint() == Endpoint.V1
                ? resource
                : form.optional("scope").or(() -> resource);
        return asked.isPresent()
                ? issue.scopes().asked(request.endpoint(), resource, form.optional("scope"))
                : ScopeRequest.parse(signIn.scope());
    }

    private User user(DSLContext sql, SignIn signIn) {
        var user = users.find(sql, signIn.tenantId(), signIn.userId()).orElseThrow(Refusals::grantRevoked);
        if (!user.enabled()) {
            throw Refusals.userDisabled();
        }
        return user;
    }
}
