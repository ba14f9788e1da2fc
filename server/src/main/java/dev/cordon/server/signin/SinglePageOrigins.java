package dev.cordon.server.signin;

import dev.cordon.server.identity.CrossOrigins;
import dev.cordon.server.identity.Guid;
import dev.cordon.server.identity.Tenant;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** The origins of the single-page applications that are registered. Thread-safe. */
final class SinglePageOrigins implements CrossOrigins {

    private final Parts parts;

    SinglePageOrigins(Parts parts) {
        this.parts = parts;
    }

    @Override
    public boolean allowed(String tenantName, Optional<String> clientId, String origin) {
        var client = clientId.map(id -> Guid.parse(id).orElse(id));
        return parts.database()
                .read(sql -> parts.clients().singlePages(sql, tenants(sql, tenantName), client).stream()
                        .anyMatch(uri -> RedirectUri.origin(uri).equals(origin)));
    }

    private List<String> tenants(DSLContext sql, String name) {
        var all = parts.identity().tenants();
        return all.find(sql, name)
                .map(tenant -> List.of(tenant.id()))
                .orElseGet(() -> AuthorizeRequests.isAlias(name)
                        ? all.all(sql).stream().map(Tenant::id).toList()
                        : List.of());
    }
}
