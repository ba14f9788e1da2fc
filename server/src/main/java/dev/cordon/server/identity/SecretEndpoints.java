package dev.cordon.server.identity;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
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

    private static final String PATH = "/cordon/v1/applications/{id}/secrets";
    private static final int LONGEST_DAYS = 3650;

    private final CredentialAccess access;
    private final ApplicationSecrets secrets;

    SecretEndpoints(CredentialAccess access, ApplicationSecrets secrets) {
        this.access = access;
        this.secrets = secrets;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.DELETE, PATH + "/{secret}", this::delete));
    }

    private void create(Context http, Caller caller) {
        var wanted = wanted(http);
        var made = access.change(http, caller, (sql, application) -> {
            var created = secrets.create(sql, application, wanted.startsAt(), wanted.lifetime());
            var about = created.about();
            access.log(
                    sql,
                    caller,
                    application,
                    "application.secretCreated",
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
        http.json(ApiJson.list(access.read(http, caller, secrets::all), SecretEndpoints::json));
    }

    private void delete(Context http, Caller caller) {
        var secretId = http.pathParam("secret");
        access.change(http, caller, (sql, application) -> {
            if (!secrets.delete(sql, application, secretId)) {
                throw ApiException.resourceNotFound("Secret " + Excerpt.of(secretId) + " was not found.");
            }
            access.log(
                    sql,
                    caller,
                    application,
                    "application.secretDeleted",
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
