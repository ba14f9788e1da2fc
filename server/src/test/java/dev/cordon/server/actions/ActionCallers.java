package dev.cordon.server.actions;

import static org.jooq.impl.DSL.name;

import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.TokenVerifier;
import java.util.Set;

/**
 * Who calls in the world of actions: the token is the name of a role.
 *
 * @param neighbour the tenant that must see nothing of the other
 */
record ActionCallers(String tenant, String neighbour) implements TokenVerifier {

    @Override
    public Caller verify(String token) {
        return switch (token) {
            case ActionWorld.RESPONDER -> caller(tenant, "a1", "Response bot", Permissions.MACHINE_ISOLATE);
            case ActionWorld.ALL -> caller(tenant, "a5", "All", Permissions.WHOLE_API.toArray(String[]::new));
            case ActionWorld.COLLECTOR -> caller(tenant, "a6", "Collector", Permissions.MACHINE_COLLECT_FORENSICS);
            case ActionWorld.SECOND_RESPONDER -> caller(tenant, "a2", "Other bot", Permissions.MACHINE_ISOLATE);
            case ActionWorld.READER -> caller(tenant, "a3", "Reader", Permissions.MACHINE_READ_ALL);
            case ActionWorld.ADMINISTRATOR -> caller(tenant, "a4", "Administrator", Permissions.CORDON_ADMINISTER);
            case ActionWorld.NEIGHBOUR ->
                caller(
                        neighbour,
                        "a1",
                        "Neighbour",
                        Permissions.MACHINE_ISOLATE,
                        Permissions.MACHINE_READ_ALL,
                        Permissions.CORDON_ADMINISTER);
            default -> throw ApiException.unauthorized("unknown token");
        };
    }

    private static Caller caller(String tenantId, String id, String name, String... permissions) {
        return new Caller(tenantId, id, name, Caller.Context.APPLICATION, Set.of(permissions));
    }
}
