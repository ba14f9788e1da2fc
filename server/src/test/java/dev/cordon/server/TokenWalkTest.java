package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.Route;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks every route of a whole server over TLS with tokens that its token endpoint issued to real applications and real
 * people: with each permission that opens the route, with all others, with none; as somebody with every role, with one who
 * only looks, with one who may nothing. What must be allowed is read from the table of the documentation.
 * {@link PermissionWalkTest} walks the same with many more callers, who have no tokens.
 */
final class TokenWalkTest {

    /** It never ends for who may read it. */
    private static final String STREAM = "/cordon/v1/events";

    @TempDir
    private Path folder;

    @Test
    void whenEveryRouteIsCalledWithIssuedTokensThenTheTableDecides() throws IOException {
        var table = PermissionWalkTest.table();
        var known = table.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        try (var server = new LiveServer(folder.resolve("data"))) {
            var tokens = new RealTokens(server, delegated(known));
            var everything = tokens.person(Set.of(PortalPermission.values()));
            var looking = tokens.person(Set.of(PortalPermission.VIEW_DATA));
            var nothing = tokens.person(Set.of());
            var faults = new ArrayList<String>();
            int calls = 0;
            for (var route : server.routes()) {
                if (route.access() instanceof Route.Access.Open) {
                    continue;
                }
                var name = route.method() + " " + PermissionWalk.path(route);
                var allowed = table.getOrDefault(name, Set.of());
                assertThat(allowed).as(name).isNotEmpty();
                var others = new TreeSet<>(known);
                others.removeAll(allowed);

                var tries = new ArrayList<Try>();
                tries.add(new Try("no permission", tokens.ofApplication(Set.of()), false));
                tries.add(new Try("all others", tokens.ofApplication(others), false));
                var otherScopes = delegated(others);
                otherScopes.removeAll(delegated(allowed));
                if (!otherScopes.isEmpty()) {
                    tries.add(new Try("a user's all others", everything.token(otherScopes), false));
                }
                for (var permission : allowed) {
                    tries.add(new Try(permission, tokens.ofApplication(Set.of(permission)), true));
                    var scope = Permissions.delegated(permission);
                    if (scope.isPresent()) {
                        var one = Set.of(scope.get());
                        var mayLook = route.portalPermissions(permission).contains(PortalPermission.VIEW_DATA);
                        tries.add(new Try("everything's " + one, everything.token(one), true));
                        tries.add(new Try("looking's " + one, looking.token(one), mayLook));
                        tries.add(new Try("nothing's " + one, nothing.token(one), false));
                    }
                }
                for (var one : tries) {
                    calls++;
                    one.fault(server, route).ifPresent(fault -> faults.add(name + " " + fault));
                }
            }
            assertThat(faults).isEmpty();
            assertThat(calls).isGreaterThan(500);
        }
    }

    @Test
    void whenTheTokenIsOfAnotherTenantOrTheRoleOfAnotherGroupThenTheMachineIsOutOfReach() {
        try (var server = new LiveServer(folder.resolve("data"))) {
            var permissions = Set.of("Machine.Read.All", "Machine.Isolate");
            var tokens = new RealTokens(server, delegated(permissions));
            var machine = machine(tokens, server);
            var read = "/api/machines/" + machine;
            var isolate = read + "/isolate";
            var scopes = Set.of("Machine.Read", "Machine.Isolate");

            var application = tokens.ofApplication(permissions);
            assertThat(status(server, application, "GET", read)).isEqualTo(200);
            assertThat(status(server, application, "POST", isolate))
                    .as("a body without comment")
                    .isEqualTo(400);
            var near = tokens.person(Set.of(PortalPermission.values()), 0).token(scopes);
            assertThat(status(server, near, "GET", read)).isEqualTo(200);
            assertThat(status(server, near, "POST", isolate)).isEqualTo(400);

            var far = tokens.person(Set.of(PortalPermission.values()), 99).token(scopes);
            assertThat(status(server, far, "GET", read)).isIn(403, 404);
            assertThat(status(server, far, "POST", isolate)).isIn(403, 404);
            var foreign = tokens.ofAnotherTenant();
            assertThat(status(server, foreign, "GET", read)).isEqualTo(404);
            assertThat(status(server, foreign, "POST", isolate)).isEqualTo(404);
            assertThat(server.call(foreign, "GET", "/api/machines", null)
                            .body()
                            .get("value")
                            .size())
                    .isZero();
            assertThat(server.call(far, "GET", "/api/machines", null)
                            .body()
                            .get("value")
                            .size())
                    .isZero();
        }
    }

    private record Try(String who, String token, boolean allowed) {

        /** What is wrong with the answer. The objects of the paths do not exist: who may call is told so. */
        Optional<String> fault(LiveServer server, Route route) {
            if (allowed && route.path().equals(STREAM)) {
                return Optional.empty();
            }
            int status = status(server, token, route.method().name(), PermissionWalk.path(route, "x"));
            boolean passed = status != 401 && status != 403 && status < 500;
            return passed == allowed && (allowed || status == 403)
                    ? Optional.empty()
                    : Optional.of("answered " + status + " to " + who);
        }
    }

    private static int status(LiveServer server, String token, String method, String path) {
        var body = method.equals("GET") ? null : Json.MAPPER.createObjectNode();
        return server.call(token, method, path, body).status();
    }

    private static Set<String> delegated(Set<String> permissions) {
        return permissions.stream()
                .map(Permissions::delegated)
                .flatMap(Optional::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String machine(RealTokens tokens, LiveServer server) {
        var body = Json.MAPPER.createObjectNode().put("description", "one").put("maxUses", 1);
        var token = tokens.call("POST", "/cordon/v1/enrollment-tokens", body).text("/token");
        var machine = new TestMachine();
        assertThat(server.call(null, "POST", "/cordon/v1/enroll", machine.request(token))
                        .status())
                .isLessThan(300);
        return machine.id();
    }
}
