package dev.cordon.server.enrollment;

import dev.cordon.gateway.MachineRef;
import dev.cordon.server.machines.Machines;
import dev.cordon.server.store.Database;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Map;

/** {@code POST /cordon/v1/machines/{id}/revoke-certificates}: shuts a machine out, at once. */
final class RevocationEndpoint {

    private final Database database;
    private final MachineCertificates certificates;
    private final Machines machines;
    private final Connections connections;

    RevocationEndpoint(
            Database database, MachineCertificates certificates, Machines machines, Connections connections) {
        this.database = database;
        this.certificates = certificates;
        this.machines = machines;
        this.connections = connections;
    }

    List<Route> routes() {
        return List.of(
                Route.administration(HandlerType.POST, "/cordon/v1/machines/{id}/revoke-certificates", this::revoke));
    }

    private void revoke(Context http, Caller caller) {
        var name = http.pathParam("id");
        var revoked = database.write(sql -> {
            var machine = machines.require(sql, caller, name);
            int count = certificates.revoke(sql, caller.tenantId(), caller.actor(), machine.id());
            return new Revoked(new MachineRef(caller.tenantId(), machine.id()), count);
        });
        connections.dismiss(revoked.machine());
        http.json(Map.of("machineId", revoked.machine().machineId(), "certificates", revoked.count()));
    }

    private record Revoked(MachineRef machine, int count) {}
}
