package dev.cordon.server.signin;

import dev.cordon.server.identity.Application;
import dev.cordon.server.identity.DelegatedPermissions;
import dev.cordon.server.identity.Excerpt;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.RequestUrls;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jooq.DSLContext;

/**
 * As what the console signs people in: an application of the same id in every tenant, made when a tenant's console is
 * opened first. It is a public client whose permissions nobody is asked to consent to, because it is the server's own
 * face; each user's role still decides what that user may do.
 *
 * <p>Its answers go to {@code /console/} of this server, under whatever name the browser reached it, and nowhere else: so
 * no redirect URI is registered for it. A browser states its host name truly and only for a host whose certificate it
 * trusts, so a request that names another host as its target does not match. Thread-safe.
 */
final class ConsoleApplication {

    static final String ID = "5d0c6f3a-7e2b-4c1d-9a48-c0d1e0c0a501";

    /** Where the console is served. */
    static final String PATH = "/console/";

    private static final String NAME = "Cordon console";

    private final Parts parts;

    ConsoleApplication(Parts parts) {
        this.parts = parts;
    }

    static boolean is(Application application) {
        return application.id().equals(ID);
    }

    /** The client as a request sees it: with the one redirect URI that the request's own host name gives. */
    static Client at(String base, Application application, Client client) {
        return is(application)
                ? new Client(client.publicClient(), false, List.of(base + PATH), client.scopes())
                : client;
    }

    /**
     * {@code GET /signin/console}: what the console needs to begin a sign-in. With {@code tenant}, a GUID or domain, for
     * that tenant; without, for the server's only one.
     */
    void show(Context http) {
        var name = Optional.ofNullable(http.queryParam("tenant")).filter(text -> !text.isBlank());
        var tenant = parts.database().read(sql -> find(sql, name));
        var answer = Json.MAPPER.createObjectNode();
        if (tenant.isEmpty()) {
            http.json(answer.put("tenantNeeded", true));
            return;
        }
        ensure(tenant.get());
        http.json(answer.put("tenantNeeded", false)
                .put("tenantId", tenant.get().id())
                .put("tenantName", tenant.get().displayName())
                .put("clientId", ID)
                .put("redirectUri", RequestUrls.base(http) + PATH));
    }

    private Optional<Tenant> find(DSLContext sql, Optional<String> name) {
        var tenants = parts.identity().tenants();
        if (name.isPresent()) {
            var text = name.get().strip();
            return Optional.of(tenants.find(sql, text)
                    .orElseThrow(() ->
                            ApiException.resourceNotFound("No organization is known as " + Excerpt.of(text) + ".")));
        }
        var all = tenants.all(sql);
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** Looks first, because this is asked at each start of a console and hardly ever writes. */
    private void ensure(Tenant tenant) {
        var wanted = new TreeSet<>(DelegatedPermissions.all());
        wanted.remove(Permissions.CORDON_OPERATE); // of the server's operator, not of a tenant's administrator
        if (!parts.database().read(sql -> isReady(sql, tenant, wanted))) {
            parts.database().write(sql -> {
                if (!isReady(sql, tenant, wanted)) {
                    make(sql, tenant, wanted);
                }
                return tenant;
            });
        }
    }

    private boolean isReady(DSLContext sql, Tenant tenant, SortedSet<String> wanted) {
        return parts.identity()
                .applications()
                .find(sql, tenant.id(), ID)
                .filter(known -> parts.clients().find(sql, known).scopes().equals(wanted))
                .filter(known ->
                        parts.clients().consented(sql, known, Clients.EVERYBODY).equals(wanted))
                .isPresent();
    }

    private void make(DSLContext sql, Tenant tenant, SortedSet<String> wanted) {
        var application = parts.identity().applications().ensure(sql, tenant.id(), ID, NAME);
        parts.clients().change(sql, application, new Client(true, false, List.of(), wanted));
        parts.clients().consent(sql, application, Clients.EVERYBODY, wanted);
        parts.audit()
                .append(sql, tenant.id(), "server", "console.registered", "application:" + ID, Map.of("name", NAME));
    }
}
