package dev.cordon.server.enrollment;

import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /cordon/v1/enrollment-tokens}: make, list, show and revoke one's own tenant's tokens. */
final class EnrollmentTokenEndpoints {

    private static final String PATH = "/cordon/v1/enrollment-tokens";
    private static final int DEFAULT_MINUTES = 60;

    private final Database database;
    private final EnrollmentTokens tokens;
    private final InstantSource time;

    EnrollmentTokenEndpoints(Database database, EnrollmentTokens tokens, InstantSource time) {
        this.database = database;
        this.tokens = tokens;
        this.time = time;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, PATH, this::create),
                Route.administration(HandlerType.GET, PATH, this::list),
                Route.administration(HandlerType.GET, PATH + "/{id}", this::show),
                Route.administration(HandlerType.DELETE, PATH + "/{id}", this::revoke));
    }

    private void create(Context http, Caller caller) {
        var body = JsonBody.object(http);
        var description = JsonBody.text(body, "description").orElse("");
        int maxUses = JsonBody.integer(body, "maxUses").orElse(1);
        var lifetime =
                Duration.ofMinutes(JsonBody.integer(body, "lifetimeMinutes").orElse(DEFAULT_MINUTES));
        var created = database.write(
                sql -> tokens.create(sql, caller.tenantId(), caller.actor(), description, maxUses, lifetime));
        var answer = json(created.token());
        answer.put("token", created.text());
        answer.put(
                "installCommand",
                "cordon agent enroll --server " + RequestUrls.base(http) + " --token " + created.text());
        http.status(201).json(answer);
    }

    private void list(Context http, Caller caller) {
        var all = database.read(sql -> tokens.all(sql, caller.tenantId()));
        http.json(Map.of("value", all.stream().map(this::json).toList()));
    }

    private void show(Context http, Caller caller) {
        var id = id(http);
        http.json(database.read(sql -> tokens.find(sql, caller.tenantId(), id))
                .map(this::json)
                .orElseThrow(EnrollmentTokenEndpoints::unknown));
    }

    private void revoke(Context http, Caller caller) {
        var id = id(http);
        if (!database.write(sql -> tokens.revoke(sql, caller.tenantId(), caller.actor(), id))) {
            throw unknown();
        }
        http.status(204);
    }

    private Map<String, @Nullable Object> json(EnrollmentToken token) {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("id", token.id());
        json.put("description", token.description());
        json.put("state", token.state(time.instant()).text());
        json.put("maxUses", token.maxUses());
        json.put("uses", token.uses());
        json.put("createdAt", ApiJson.instant(token.createdAt()));
        json.put("expiresAt", ApiJson.instant(token.expiresAt()));
        json.put("revokedAt", token.revokedAt().map(ApiJson::instant).orElse(null));
        return json;
    }

    private static String id(Context http) {
        return http.pathParam("id").toLowerCase(Locale.ROOT);
    }

    /** Does not repeat what was asked for: it may be the text of a token, put where its id belongs. */
    private static ApiException unknown() {
        return ApiException.resourceNotFound(
                "The enrollment token was not found. It goes by its id, the first GUID in its text.");
    }
}
