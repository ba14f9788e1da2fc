package dev.cordon.server.identity;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.JsonBody;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;

/** {@code /cordon/v1/settings}: the settings of the caller's tenant, read and replaced as a whole. Thread-safe. */
final class SettingsEndpoints {

    private static final String PATH = "/cordon/v1/settings";

    private final Database database;
    private final Tenants tenants;
    private final AuditLog audit;

    SettingsEndpoints(Database database, Tenants tenants, AuditLog audit) {
        this.database = database;
        this.tenants = tenants;
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.GET, PATH, this::get),
                Route.administration(HandlerType.PUT, PATH, this::put));
    }

    private void get(Context http, Caller caller) {
        http.json(TenantSettingsJson.write(database.read(sql -> tenants.settings(sql, caller.tenantId()))));
    }

    private void put(Context http, Caller caller) {
        var wanted = TenantSettingsJson.read(JsonBody.object(http));
        http.json(TenantSettingsJson.write(database.write(sql -> {
            var before = tenants.settings(sql, caller.tenantId());
            tenants.changeSettings(sql, caller.tenantId(), wanted);
            audit.append(
                    sql,
                    caller.tenantId(),
                    caller.actor(),
                    "tenant.settingsChanged",
                    "tenant:" + caller.tenantId(),
                    Map.of(
                            "before", TenantSettingsJson.write(before).toString(),
                            "after", TenantSettingsJson.write(wanted).toString()));
            return wanted;
        })));
    }
}
