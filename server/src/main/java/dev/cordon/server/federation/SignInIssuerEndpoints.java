package dev.cordon.server.federation;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.Guid;
import dev.cordon.server.identity.IssuerJson;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.issuers.IssuerException;
import dev.cordon.server.issuers.Providers;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.Role;
import dev.cordon.server.users.Roles;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/sign-in-issuers}: where the people of a tenant sign in beside this server. Thread-safe. */
final class SignInIssuerEndpoints {

    static final String PATH = "/cordon/v1/sign-in-issuers";

    private static final String SECRET = "clientSecret";
    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_CLIENT = 500;

    private final Database database;
    private final SignInIssuers issuers;
    private final Roles roles;
    private final Providers providers;
    private final ClientSecrets secrets;
    private final AuditLog audit;

    SignInIssuerEndpoints(
            Database database,
            SignInIssuers issuers,
            Roles roles,
            Providers providers,
            ClientSecrets secrets,
            AuditLog audit) {
        this.database = database;
        this.issuers = issuers;
        this.roles = roles;
        this.providers = providers;
        this.secrets = secrets;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::add),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.GET, PATH + "/{issuer}", this::get),
                Route.administration(HandlerType.PATCH, PATH + "/{issuer}", this::change),
                Route.administration(HandlerType.DELETE, PATH + "/{issuer}", this::delete));
    }

    private void add(Context http, Caller caller) {
        var body = JsonBody.object(http);
        var id = Guid.random();
        var secret = secret(body).map(text -> secrets.wrap(caller.tenantId(), id, text));
        var added = database.read(sql -> read(sql, caller, id, body, secret));
        ask(added);
        http.status(201).json(database.write(sql -> {
            issuers.add(sql, added);
            log(sql, caller, "signInIssuer.added", added);
            return json(http, sql, added);
        }));
    }

    private void list(Context http, Caller caller) {
        http.json(database.read(sql -> ApiJson.list(issuers.all(sql, caller.tenantId()), one -> json(http, sql, one))));
    }

    private void get(Context http, Caller caller) {
        http.json(database.read(sql -> json(http, sql, require(sql, issuers, http, caller))));
    }

    /** What the body leaves out stays as it is. */
    private void change(Context http, Caller caller) {
        var before = database.read(sql -> require(sql, issuers, http, caller));
        var body = JsonBody.object(http);
        var merged = Json.MAPPER.createObjectNode();
        database.read(sql -> write(merged, sql, before));
        boolean tellsSecret = body.has(SECRET);
        var secret = tellsSecret
                ? secret(body).map(text -> secrets.wrap(caller.tenantId(), before.id(), text))
                : before.secret();
        merged.setAll(body);
        var changed = database.read(sql -> read(sql, caller, before.id(), merged, secret));
        if (!changed.issuer().issuer().equals(before.issuer().issuer())) {
            throw ApiException.badRequest("issuer: cannot be changed; add another one.");
        }
        boolean goesElsewhere = !changed.rules()
                        .tokenEndpoint()
                        .equals(before.rules().tokenEndpoint())
                || !changed.issuer().authorityPem().equals(before.issuer().authorityPem());
        if (goesElsewhere && !tellsSecret && before.secret().isPresent()) {
            throw ApiException.badRequest(
                    "clientSecret: must come with a new tokenEndpoint or authority, so that it goes nowhere unforeseen.");
        }
        ask(changed);
        http.json(database.write(sql -> {
            require(sql, issuers, http, caller);
            issuers.change(sql, changed);
            log(sql, caller, "signInIssuer.changed", changed);
            return json(http, sql, changed);
        }));
    }

    private void delete(Context http, Caller caller) {
        database.write(sql -> {
            var issuer = require(sql, issuers, http, caller);
            issuers.delete(sql, issuer);
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "signInIssuer.deleted",
                    "signInIssuer:" + issuer.id(),
                    Map.of("issuer", issuer.issuer().issuer()));
            return issuer;
        });
        http.status(204);
    }

    /** @throws ApiException 404 if the tenant has no such issuer */
    static SignInIssuer require(DSLContext sql, SignInIssuers issuers, Context http, Caller caller) {
        var id = http.pathParam("issuer");
        return issuers.find(sql, caller.tenantId(), id)
                .orElseThrow(
                        () -> ApiException.resourceNotFound("Sign-in issuer " + Excerpt.of(id) + " was not found."));
    }

    private static Optional<String> secret(ObjectNode body) {
        var secret = new StrictObject(body, "").text(SECRET, LONGEST_CLIENT);
        body.remove(SECRET);
        return secret;
    }

    private SignInIssuer read(DSLContext sql, Caller caller, String id, ObjectNode json, Optional<byte[]> secret) {
        var body = new StrictObject(json, "");
        var issuer = IssuerJson.read(body);
        UnaryOperator<String> roleId = name -> roles.find(sql, caller.tenantId(), name)
                .map(Role::id)
                .orElseThrow(() -> ApiException.badRequest("roles: there is no role " + Excerpt.of(name) + "."));
        var read = new SignInIssuer(
                caller.tenantId(),
                id,
                body.text("displayName", LONGEST_NAME).orElseThrow(() -> body.wrong("displayName", "is missing.")),
                body.bool("enabled").orElse(true),
                issuer,
                body.text("clientId", LONGEST_CLIENT).orElseThrow(() -> body.wrong("clientId", "is missing.")),
                secret,
                SignInRules.read(body, roleId));
        body.end();
        return read;
    }

    /** An issuer that does not answer, or is another one, shows here and not when somebody wants to sign in. */
    private void ask(SignInIssuer issuer) {
        if (issuer.enabled()) {
            try {
                providers.metadata(issuer.issuer(), issuer.rules().tokenEndpoint());
            } catch (IssuerException e) {
                throw ApiException.badRequest("issuer: " + e.why());
            }
        }
    }

    private void log(DSLContext sql, Caller caller, String event, SignInIssuer issuer) {
        audit.append(
                sql,
                caller.tenantId(),
                caller.actor(),
                event,
                "signInIssuer:" + issuer.id(),
                Map.of(
                        "issuer",
                        issuer.issuer().issuer(),
                        "clientId",
                        issuer.clientId(),
                        "enabled",
                        issuer.enabled(),
                        "rules",
                        issuer.rules().text()));
    }

    private ObjectNode json(Context http, DSLContext sql, SignInIssuer one) {
        return write(Json.MAPPER.createObjectNode().put("id", one.id()), sql, one)
                .put("clientSecretSet", one.secret().isPresent())
                .put("redirectUri", redirectUri(RequestUrls.base(http), one.id()))
                .put("logoutUri", logoutUri(RequestUrls.base(http), one.id()));
    }

    /** What may be sent back to change it. */
    private ObjectNode write(ObjectNode json, DSLContext sql, SignInIssuer one) {
        json.put("displayName", one.displayName()).put("enabled", one.enabled());
        IssuerJson.write(json, one.issuer());
        json.put("clientId", one.clientId());
        one.rules()
                .write(
                        json,
                        id -> roles.find(sql, one.tenantId(), id)
                                .map(Role::displayName)
                                .orElse(""));
        return json;
    }

    static String redirectUri(String base, String issuerId) {
        return base + "/signin/outside/" + issuerId + "/callback";
    }

    static String logoutUri(String base, String issuerId) {
        return base + "/signin/outside/" + issuerId + "/logout";
    }
}
