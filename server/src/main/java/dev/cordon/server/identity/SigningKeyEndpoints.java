package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.keys.ServerKeys;
import dev.cordon.server.keys.ServerKeys.SigningKey;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiJson;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code /cordon/v1/signing-keys}: operators see and rotate the keys that sign access tokens. Thread-safe. */
final class SigningKeyEndpoints {

    private static final List<String> OPERATE = List.of(Permissions.CORDON_OPERATE);
    private static final String PATH = "/cordon/v1/signing-keys";

    private final Database database;
    private final ServerKeys keys;
    private final InstantSource time;
    private final AuditLog audit;

    SigningKeyEndpoints(Database database, ServerKeys keys, InstantSource time, AuditLog audit) {
        this.database = database;
        this.keys = keys;
        this.time = time;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.anyOf(HandlerType.GET, Route.Face.CORDON, PATH, OPERATE, this::list),
                Route.anyOf(HandlerType.POST, Route.Face.CORDON, PATH + "/rotation", OPERATE, this::rotate));
    }

    private void list(Context http, Caller caller) {
        http.json(all());
    }

    private void rotate(Context http, Caller caller) {
        boolean emergency = emergency(http);
        var next = emergency ? keys.replaceAll() : keys.rotate();
        database.write(sql -> {
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    emergency ? "signingKeys.replaced" : "signingKeys.rotated",
                    "signingKey:" + next.key().getKeyID(),
                    Map.of("signsFrom", ApiJson.instant(next.signsFrom())));
            return next;
        });
        http.json(all());
    }

    private static boolean emergency(Context http) {
        if (http.bodyAsBytes().length == 0) {
            return false;
        }
        var body = new StrictObject(JsonBody.object(http), "");
        boolean emergency = body.bool("emergency").orElse(false);
        body.end();
        return emergency;
    }

    private ObjectNode all() {
        var answer = Json.MAPPER.createObjectNode();
        var value = answer.putArray("value");
        var now = time.instant();
        var current = keys.tokenSigningKey().getKeyID();
        for (var key : keys.signingKeys()) {
            boolean signs = key.key().getKeyID().equals(current);
            value.add(json(key, signs ? "current" : key.signsFrom().isAfter(now) ? "next" : "previous"));
        }
        return answer;
    }

    private static ObjectNode json(SigningKey key, String state) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", key.key().getKeyID())
                .put("state", state)
                .put("createdAt", ApiJson.instant(key.createdAt()))
                .put("signsFrom", ApiJson.instant(key.signsFrom()));
    }
}
