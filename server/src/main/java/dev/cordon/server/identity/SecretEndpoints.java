package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/applications/{id}/secrets}: client secrets, each shown once, when it is made. Thread-safe. */
final class SecretEndpoints {

    private static final List<String> ADMINISTER = List.of(Permissions.CORDON_ADMINISTER);
    private static final String PATH = "/cordon/v1/applications/{id}/secrets";
    private static final int LONGEST_DAYS = 3650;

    private final Database database;
    private final Applications applications;
    private final ApplicationSecrets secrets;
    private final AuditLog audit;

    SecretEndpoints(Database database, Applications applications, ApplicationSecrets secrets, AuditLog audit) {
        this.database = database;
        this.applications = applications;
        this.secrets = secrets;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.POST, Route.Face.CORDON, PATH, ADMINISTER, this::create),
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, PATH, ADMINISTER, this::list),
                Route.anyOf(HandlerType.DELETE, Route.Face.CORDON, PATH + "/{secret}", ADMINISTER, this::delete));
    }

    private void create(Context http, Caller caller) {
        var wanted = wanted(http);
        var made = database.write(sql -> {
            var application = ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"));
            PermissionGrants.requireMayGrant(caller, application.permissions());
            var created = secrets.create(sql, application, wanted.startsAt(), wanted.lifetime());
            var about = created.about();
            audit.append(
                    sql,
                    caller.tenantId(),
                    Actor.of(caller),
                    "application.secretCreated",
                    "application:" + application.id(),
                    Map.of("secret", about.id(), "expiresAt", ApiJson.instant(about.expiresAt())));
            return created;
        });
        var about = made.about();
        http.status(201)
                .json(Json.MAPPER
                        .createObjectNode()
                        .put("id", about.id())
                        .put("secret", made.secret())
                        .put("hint", about.hint())
                        .put("startsAt", ApiJson.instant(about.startsAt()))
                        .put("expiresAt", ApiJson.instant(about.expiresAt())));
    }

    private void list(Context http, Caller caller) {
        var answer = Json.MAPPER.createObjectNode();
        var value = answer.putArray("value");
        var all = database.read(
                sql -> secrets.all(sql, ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"))));
        all.forEach(secret -> value.add(json(secret)));
        http.json(answer);
    }

    private void delete(Context http, Caller caller) {
        var secretId = http.pathParam("secret");
        database.write(sql -> {
            var application = ApplicationEndpoints.require(applications, sql, caller, http.pathParam("id"));
            PermissionGrants.requireMayGrant(caller, application.permissions());
            if (!secrets.delete(sql, application, secretId)) {
                throw ApiException.resourceNotFound("Secret " + Excerpt.of(secretId) + " was not found.");
            }
            audit.append(
                    sql,
                    caller.tenantId(),
                    Actor.of(caller),
                    "application.secretDeleted",
                    "application:" + application.id(),
                    Map.of("secret", Guid.parse(secretId).orElse(secretId)));
            return application;
        });
        http.status(204);
    }

    private record Wanted(Optional<Instant> startsAt, Duration lifetime) {}

    private static Wanted wanted(Context http) {
        if (http.bodyAsBytes().length == 0) {
            return new Wanted(Optional.empty(), ApplicationSecrets.DEFAULT_LIFETIME);
        }
        var body = new StrictObject(JsonBody.object(http), "");
        var startsAt = body.instant("startsAt");
        var days = body.integer("lifetimeDays", 1, LONGEST_DAYS);
        body.end();
        return new Wanted(startsAt, days.map(Duration::ofDays).orElse(ApplicationSecrets.DEFAULT_LIFETIME));
    }

    private static ObjectNode json(ApplicationSecret secret) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", secret.id())
                .put("hint", secret.hint())
                .put("startsAt", ApiJson.instant(secret.startsAt()))
                .put("expiresAt", ApiJson.instant(secret.expiresAt()));
    }
}
