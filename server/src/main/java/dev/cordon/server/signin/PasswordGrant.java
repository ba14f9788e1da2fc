package dev.cordon.server.signin;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.AuthenticatedClient;
import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Grant;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.TokenAnswer;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.identity.UserClients;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.PasswordCheck;
import dev.cordon.server.users.PasswordCheck.Outcome;
import dev.cordon.server.users.PasswordHash;
import dev.cordon.server.users.SecondFactorRule;
import dev.cordon.server.users.SignIns;
import dev.cordon.server.users.User;
import dev.cordon.server.users.Users;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resource owner password credentials grant (RFC 6749, 4.3): the application takes the password itself. It exists for
 * scripts that were written for it; RFC 9700, 2.4, forbids it to new ones, so each application needs leave for it. Who
 * needs a second factor cannot use it; wrong tries count together with those at the pages. Thread-safe.
 */
final class PasswordGrant implements Grant {

    private static final Logger LOG = LoggerFactory.getLogger(PasswordGrant.class);

    private final Database database;
    private final Tenants tenants;
    private final UserClients userClients;
    private final Clients clients;
    private final Users users;
    private final PasswordCheck passwords;
    private final SecondFactorRule rule;
    private final WrongTries tries;
    private final GrantConditions conditions;
    private final SignIns signIns;
    private final TokenIssue issue;
    private final AuditLog audit;

    PasswordGrant(Parts parts, TokenIssue issue) {
        this.database = parts.database();
        this.tenants = parts.identity().tenants();
        this.userClients = parts.identity().userClients();
        this.clients = parts.clients();
        this.users = parts.accounts().users();
        this.passwords = parts.accounts().passwords();
        this.rule = parts.accounts().secondFactorRule();
        this.tries = parts.tries();
        this.conditions = parts.conditions();
        this.signIns = parts.accounts().signIns();
        this.issue = issue;
        this.audit = parts.audit();
    }

    @Override
    public TokenAnswer issue(TokenRequest request) {
        var name = request.form().required("username");
        var password = request.form().required("password");
        if (tries.wait(request.address()).isPresent()) {
            LOG.atWarn().addKeyValue("ip", request.address()).log("signin.tooManyTries");
            throw Refusals.tooManyTries();
        }
        var client = client(request, name);
        var application = client.application();
        var scope = scope(request);
        var user = user(request, application.tenantId(), name, password);
        conditions.require(request, user);
        var granted = database.read(sql -> issue.scopes().granted(sql, application, user.id(), scope));
        var signedIn = database.write(sql -> {
            var signIn = signIns.create(sql, user, application.id(), List.of("pwd"), scope.text());
            audit.append(
                    sql,
                    user.tenantId(),
                    user.actor(),
                    "user.signedIn",
                    "application:" + application.id(),
                    Map.of("grant", "password", "ip", request.address()));
            return issue.signedIn(sql, signIn, scope);
        });
        return issue.answer(request, client, user, signedIn, scope, granted, Optional.empty());
    }

    /** At v1 the resource must be named here, because there is no authorization request that could have named it. */
    private ScopeRequest scope(TokenRequest request) {
        var form = request.form();
        var scopes = issue.scopes();
        return switch (request.endpoint()) {
            case V1 -> scopes.asked(Endpoint.V1, Optional.of(form.required("resource")), Optional.empty());
            case V2 ->
                scopes.asked(
                        Endpoint.V2,
                        form.optional("resource"),
                        form.optional("scope").or(() -> Optional.of("openid offline_access profile")));
        };
    }

    private AuthenticatedClient client(TokenRequest request, String name) {
        var tenant = database.read(sql -> tenant(sql, request, name));
        var client = userClients.authenticate(tenant, request, clients::isPublic);
        boolean allowed =
                database.read(sql -> clients.find(sql, client.application()).passwordGrant());
        if (!allowed) {
            throw Refusals.passwordGrantOff(client.application().id());
        }
        return client;
    }

    private Tenant tenant(DSLContext sql, TokenRequest request, String name) {
        if (!request.namesNoTenant()) {
            return tenants.find(sql, request.tenantName())
                    .orElseThrow(() -> TokenRefusal.tenantNotFound(request.tenantName()));
        }
        if (!request.tenantName().equalsIgnoreCase("organizations")) {
            throw TokenRefusal.aliasNotAllowed(request.tenantName());
        }
        return users.findByName(sql, name)
                .flatMap(user -> tenants.find(sql, user.tenantId()))
                .orElseThrow(() -> wrong(request, Refusals.unknownUser(name)));
    }

    private User user(TokenRequest request, String tenantId, String name, String password) {
        try {
            return switch (passwords.check(Optional.of(tenantId), name, password)) {
                case Outcome.Right(var user) -> {
                    if (database.read(sql -> passwords.isExpired(sql, user))) {
                        throw Refusals.passwordExpired();
                    }
                    if (database.read(sql -> rule.applies(sql, user))) {
                        throw Refusals.secondFactorNeeded(request.endpoint(), user.hasSecondFactor());
                    }
                    yield user;
                }
                case Outcome.Wrong wrong -> throw wrong(request, Refusals.wrongPassword());
                case Outcome.Unknown unknown -> throw wrong(request, Refusals.unknownUser(name));
                case Outcome.Locked locked -> throw wrong(request, Refusals.locked());
                case Outcome.Disabled disabled -> throw Refusals.userDisabled();
            };
        } catch (PasswordHash.Overloaded e) {
            throw TokenRefusal.overloaded();
        }
    }

    private TokenRefusal wrong(TokenRequest request, TokenRefusal refusal) {
        tries.count(request.address());
        return refusal;
    }
}
