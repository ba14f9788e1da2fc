package dev.cordon.server.federation;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.federation.OutsideIdentities.Link;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Accounts;
import dev.cordon.server.users.User;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/sign-in-issuers/{issuer}/users}: who at the issuer is which user. Thread-safe. */
final class OutsideIdentityEndpoints {

    private static final String PATH = SignInIssuerEndpoints.PATH + "/{issuer}/users";

    private final Database database;
    private final SignInIssuers issuers;
    private final OutsideIdentities identities;
    private final Accounts accounts;
    private final AuditLog audit;

    OutsideIdentityEndpoints(
            Database database, SignInIssuers issuers, OutsideIdentities identities, Accounts accounts, AuditLog audit) {
        this.database = database;
        this.issuers = issuers;
        this.identities = identities;
        this.accounts = accounts;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.POST, PATH, this::link),
                Route.administration(HandlerType.DELETE, PATH + "/{user}", this::unlink));
    }

    private void list(Context http, Caller caller) {
        http.json(database.read(sql -> {
            var issuer = SignInIssuerEndpoints.require(sql, issuers, http, caller);
            var answer = Json.MAPPER.createObjectNode();
            var value = answer.putArray("value");
            identities
                    .all(sql, issuer)
                    .forEach(link -> accounts.users()
                            .find(sql, caller.tenantId(), link.userId())
                            .ifPresent(user -> value.add(json(user, link))));
            return answer;
        }));
    }

    private void link(Context http, Caller caller) {
        var body = new StrictObject(JsonBody.object(http), "");
        var name = body.text("user", 256).orElseThrow(() -> body.wrong("user", "is missing."));
        var subject = body.text("subject", 255).orElseThrow(() -> body.wrong("subject", "is missing."));
        body.end();
        http.status(201).json(database.write(sql -> {
            var issuer = SignInIssuerEndpoints.require(sql, issuers, http, caller);
            var user = require(sql, caller, name);
            if (identities.ofSubject(sql, issuer, subject).isPresent()) {
                throw ApiException.badRequest("subject: is linked already.");
            }
            if (identities.ofUser(sql, issuer, user.id()).isPresent()) {
                throw ApiException.badRequest("user: is linked to another subject already.");
            }
            var link = new Link(subject, user.id(), false);
            identities.add(sql, issuer, link);
            log(sql, caller, "user.linked", user, Map.of("issuer", issuer.id(), "subject", subject));
            return json(user, link);
        }));
    }

    /** Whoever came in by the link is signed out. */
    private void unlink(Context http, Caller caller) {
        database.write(sql -> {
            var issuer = SignInIssuerEndpoints.require(sql, issuers, http, caller);
            var user = require(sql, caller, http.pathParam("user"));
            if (identities.ofUser(sql, issuer, user.id()).isEmpty()) {
                throw ApiException.resourceNotFound(
                        "User " + user.userPrincipalName() + " is not linked to anybody at this issuer.");
            }
            identities.delete(sql, issuer, user.id());
            accounts.signIns().revokeAll(sql, user);
            log(sql, caller, "user.unlinked", user, Map.of("issuer", issuer.id()));
            return user;
        });
        http.status(204);
    }

    private User require(DSLContext sql, Caller caller, String idOrName) {
        return accounts.users()
                .find(sql, caller.tenantId(), idOrName)
                .orElseThrow(() -> ApiException.resourceNotFound("User " + Excerpt.of(idOrName) + " was not found."));
    }

    private void log(DSLContext sql, Caller caller, String event, User user, Map<String, ?> detail) {
        audit.append(sql, caller.tenantId(), caller.actor(), event, "user:" + user.id(), detail);
    }

    private static ObjectNode json(User user, Link link) {
        return Json.MAPPER
                .createObjectNode()
                .put("userId", user.id())
                .put("userPrincipalName", user.userPrincipalName())
                .put("subject", link.subject())
                .put("managed", link.managed());
    }
}
