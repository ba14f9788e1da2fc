package dev.cordon.server.signin;

import dev.cordon.server.identity.Endpoint;
import dev.cordon.server.identity.Tenants;
import dev.cordon.server.identity.TokenRefusal;
import dev.cordon.server.identity.TokenRequest;
import dev.cordon.server.store.Database;
import dev.cordon.server.users.User;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request for a user's tokens must meet beside its proof: it comes from where the tenant lets its people come from,
 * and it is not the same request over and over, as a program sends that throws its tokens away. Thread-safe.
 */
final class GrantConditions {

    /** One a second, for five minutes: no program that keeps its tokens comes near. */
    static final int MOST = 300;

    static final Duration WINDOW = Duration.ofMinutes(5);

    private final Database database;
    private final Tenants tenants;
    private final Windows same;

    GrantConditions(Database database, Tenants tenants, InstantSource time) {
        this.database = database;
        this.tenants = tenants;
        this.same = new Windows(time, WINDOW, MOST);
    }

    /** @throws TokenRefusal if it does not */
    void require(TokenRequest request, User user) {
        requireNetwork(user.tenantId(), request.address(), request.endpoint());
        var key = key(request, user);
        if (same.wait(key).isPresent()) {
            throw Refusals.loop();
        }
        same.count(key);
    }

    /** @throws TokenRefusal if people of the tenant may not sign in from this address */
    void requireNetwork(String tenantId, String address, Endpoint endpoint) {
        boolean allowed =
                database.read(sql -> tenants.settings(sql, tenantId)).signIn().allows(address);
        if (!allowed) {
            throw Refusals.blockedByConditionalAccess(tenantId, endpoint);
        }
    }

    /** What makes two requests the same; neither tokens nor passwords do. */
    private static String key(TokenRequest request, User user) {
        var form = request.form();
        var parts = new TreeMap<>(Map.of("user", user.tenantId() + "/" + user.id(), "address", request.address()));
        for (var name : new String[] {"grant_type", "client_id", "scope", "resource"}) {
            form.optional(name).ifPresent(value -> parts.put(name, value));
        }
        return Secret.encode(Secret.hash(parts.toString()));
    }
}
