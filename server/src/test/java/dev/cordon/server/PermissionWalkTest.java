package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.enrollment.TestMachine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import dev.cordon.server.web.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks every route of a real server with every permission in both contexts, and every route of machines and
 * applications from the own and from another tenant, in and out of the machine group. What must be allowed is read from
 * the table of {@code docs/reference/http-api-overview.md}.
 */
final class PermissionWalkTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "http-api-overview.md");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z]+ /[^`]*)` \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`([A-Za-z.]+)`");
    /** Who only looks, who responds, who investigates, who administers. */
    private static final List<Set<PortalPermission>> ROLES = List.of(
            Set.of(PortalPermission.VIEW_DATA),
            Set.of(PortalPermission.VIEW_DATA, PortalPermission.ACTIVE_REMEDIATION),
            Set.of(PortalPermission.VIEW_DATA, PortalPermission.ALERTS_INVESTIGATION),
            Set.of(
                    PortalPermission.VIEW_DATA,
                    PortalPermission.MANAGE_SECURITY_SETTINGS,
                    PortalPermission.MANAGE_PORTAL_SETTINGS));

    private static final String TENANT = "11111111-1111-1111-1111-111111111111";

    @TempDir
    private Path folder;

    @Test
    void whenEveryRouteIsCalledWithEveryPermissionThenTheTableDecides() throws Exception {
        List<Route> routes;
        try (var server = new LiveServer(folder.resolve("data"))) {
            routes = server.routes().stream()
                    .filter(route -> !(route.access() instanceof Route.Access.Open))
                    .toList();
        }
        var table = table();
        var known = table.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        known.addAll(Set.of("Score.Read.All", "Alert.Read.All", "Event.Write"));
        var faults = new ArrayList<String>();
        int calls = 0;
        try (var walk = new PermissionWalk(
                routes.stream().map(PermissionWalkTest::marked).toList())) {
            for (var route : routes) {
                var name = route.method() + " " + PermissionWalk.path(route);
                var allowed = table.getOrDefault(name, Set.of());
                assertThat(allowed).as(name).isNotEmpty();
                for (var caller : callers(known, allowed)) {
                    var expected = mayCall(caller, route, allowed) ? 202 : 403;
                    var status = walk.call(caller, route, "x").status();
                    calls++;
                    if (status != expected) {
                        faults.add(name + " answered " + status + ", not " + expected + ", to " + caller);
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(calls).isGreaterThan(routes.size() * known.size() * 2);
    }

    @Test
    void whenMachinesAreCalledFromElsewhereThenTheyAreNotThereAndOutOfTheGroupTheyAreForbidden() {
        try (var server = new LiveServer(folder.resolve("data"))) {
            var machine = machine(server);
            var own = server.call(server.operatorToken(), "GET", "/cordon/v1/tenants", null)
                    .text("/value/0/id");
            var routes = server.routes().stream()
                    .filter(route -> !(route.access() instanceof Route.Access.Open))
                    .toList();
            var all = routes.stream()
                    .flatMap(route -> permissions(route).stream())
                    .collect(Collectors.toCollection(TreeSet::new));
            var faults = new ArrayList<String>();
            try (var walk = new PermissionWalk(routes)) {
                for (var route : routes) {
                    if (!isOfOneMachine(route)) {
                        continue;
                    }
                    expect(walk, application(TENANT, all), route, machine, Set.of(404), faults);
                    expect(walk, user(TENANT, all, MachineScope.ALL), route, machine, Set.of(404), faults);
                    expect(walk, user(own, all, group(99)), route, machine, Set.of(403, 404), faults);
                    expect(walk, user(own, all, MachineScope.NONE), route, machine, Set.of(403, 404), faults);
                    refuse(walk, application(own, all), route, machine, Set.of(401, 403, 404), faults);
                    refuse(walk, user(own, all, group(0)), route, machine, Set.of(401, 403, 404), faults);
                }
                var list = routes.stream()
                        .filter(route ->
                                (route.method() + " " + PermissionWalk.path(route)).equals("GET /api/machines"))
                        .findFirst()
                        .orElseThrow();
                assertThat(count(walk, application(own, all), list)).isEqualTo(1);
                assertThat(count(walk, user(own, all, group(0)), list)).isEqualTo(1);
                assertThat(count(walk, user(own, all, group(99)), list)).isZero();
                assertThat(count(walk, application(TENANT, all), list)).isZero();
            }
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void whenAnotherTenantsApplicationIsAdministeredThenItIsNotThere() {
        try (var server = new LiveServer(folder.resolve("data"))) {
            var id = server.call(server.operatorToken(), "GET", "/cordon/v1/applications", null)
                    .text("/value/0/id");
            var faults = new ArrayList<String>();
            var routes = server.routes();
            try (var walk = new PermissionWalk(routes)) {
                var caller = application(TENANT, Set.of(Permissions.CORDON_ADMINISTER, Permissions.CORDON_OPERATE));
                for (var route : routes) {
                    var writes = !route.method().name().equals("GET");
                    if (route.path().startsWith("/cordon/v1/applications/{id}")) {
                        // a body that cannot be read is told before the application is looked for
                        expect(walk, caller, route, id, writes ? Set.of(400, 404) : Set.of(404), faults);
                    }
                }
            }
            assertThat(faults).isEmpty();
            var untouched = server.call(server.operatorToken(), "GET", "/cordon/v1/applications/" + id, null);
            assertThat(untouched.status()).isEqualTo(200);
        }
    }

    private static List<Caller> callers(Set<String> known, Set<String> allowed) {
        var callers = new ArrayList<Caller>();
        callers.add(application(TENANT, Set.of()));
        callers.add(user(TENANT, Set.of(), MachineScope.ALL));
        for (var permission : known) {
            callers.add(application(TENANT, Set.of(permission)));
            callers.add(user(TENANT, Set.of(permission), MachineScope.ALL));
        }
        callers.addAll(ofSets(known, allowed));
        for (var permission : allowed) {
            var scope = Permissions.delegated(permission).map(Set::of).orElse(Set.of());
            callers.add(user(scope, List.of()));
            for (var portal : PortalPermission.values()) {
                callers.add(user(scope, List.of(new PortalRole("one", Set.of(portal), MachineScope.ALL))));
            }
        }
        return callers;
    }

    /** Everything, everything but what the route needs, and everything in the hands of each usual role. */
    private static List<Caller> ofSets(Set<String> known, Set<String> allowed) {
        var others = new TreeSet<>(known);
        others.removeAll(allowed);
        var callers = new ArrayList<>(List.of(
                application(TENANT, known),
                application(TENANT, others),
                user(TENANT, known, MachineScope.ALL),
                user(TENANT, others, MachineScope.ALL)));
        for (var role : ROLES) {
            callers.add(user(delegated(known), List.of(new PortalRole("one", role, MachineScope.ALL))));
            callers.add(user(delegated(others), List.of(new PortalRole("one", role, MachineScope.ALL))));
        }
        callers.add(user(delegated(known), List.of()));
        callers.add(user(
                delegated(known),
                ROLES.stream()
                        .map(role -> new PortalRole("one of many", role, MachineScope.ALL))
                        .toList()));
        // names of application permissions in a user's token are worth what they are worth as scopes
        callers.add(user(
                Set.copyOf(known),
                List.of(new PortalRole("all", Set.of(PortalPermission.values()), MachineScope.ALL))));
        return callers;
    }

    private static Set<String> delegated(Set<String> permissions) {
        return permissions.stream()
                .map(Permissions::delegated)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    /** The rule, told without the code that keeps it. */
    private static boolean mayCall(Caller caller, Route route, Set<String> allowed) {
        return switch (caller.context()) {
            case APPLICATION -> allowed.stream().anyMatch(caller.permissions()::contains);
            case USER ->
                allowed.stream()
                        .filter(permission -> Permissions.delegated(permission)
                                .filter(caller.permissions()::contains)
                                .isPresent())
                        .anyMatch(permission -> caller.roles().stream()
                                .anyMatch(role -> role.permissions().stream()
                                        .anyMatch(route.portalPermissions(permission)::contains)));
        };
    }

    static Map<String, Set<String>> table() throws IOException {
        var table = new HashMap<String, Set<String>>();
        for (var line : Files.readAllLines(PAGE)) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                var names = NAME.matcher(row.group(2)).results().map(name -> name.group(1));
                table.put(row.group(1), names.collect(Collectors.toSet()));
            }
        }
        return table;
    }

    private static Route marked(Route route) {
        Route.Handler.Authenticated marker = (http, caller) -> http.status(202).result("{}");
        return new Route(route.method(), route.path(), route.face(), route.access(), route.portal(), marker);
    }

    private static boolean isOfOneMachine(Route route) {
        return switch (route.face()) {
            case DEFENDER, PREVIEW -> route.path().startsWith("/machines/{id}");
            case CORDON -> route.path().startsWith("/cordon/v1/machines/{id}");
            case OBJECTS, TOKEN_SERVICE, CONSOLE -> false;
        };
    }

    private static List<String> permissions(Route route) {
        return switch (route.access()) {
            case Route.Access.Open open -> List.of();
            case Route.Access.AnyOf(var names) -> names;
            case Route.Access.ByObject(var names) -> names;
        };
    }

    private static void expect(
            PermissionWalk walk, Caller caller, Route route, String id, Set<Integer> statuses, List<String> faults) {
        var answer = walk.call(caller, route, id);
        boolean found = answer.body().contains("has no isolation in force");
        if (!statuses.contains(answer.status()) || found) {
            faults.add(route.method() + " " + route.path() + " answered " + answer + " to " + caller);
        }
    }

    private static void refuse(
            PermissionWalk walk, Caller caller, Route route, String id, Set<Integer> statuses, List<String> faults) {
        var answer = walk.call(caller, route, id);
        boolean nothingInForce = answer.body().contains("has no isolation in force");
        if (statuses.contains(answer.status()) && !nothingInForce) {
            faults.add(route.method() + " " + route.path() + " answered " + answer + " to " + caller);
        }
    }

    private static int count(PermissionWalk walk, Caller caller, Route list) {
        return Json.MAPPER
                .readTree(walk.call(caller, list, "").body())
                .get("value")
                .size();
    }

    private static Caller application(String tenant, Set<String> permissions) {
        return new Caller(
                tenant, "22222222-2222-2222-2222-222222222222", "app", Caller.Context.APPLICATION, permissions);
    }

    private static Caller user(String tenant, Set<String> permissions, MachineScope machines) {
        var scopes = delegated(permissions);
        var role = new PortalRole("all", Set.of(PortalPermission.values()), machines);
        return new Caller(
                tenant,
                "33333333-3333-3333-3333-333333333333",
                "u@example.com",
                Caller.Context.USER,
                scopes,
                List.of(role));
    }

    private static Caller user(Set<String> scopes, List<PortalRole> roles) {
        return new Caller(
                TENANT, "33333333-3333-3333-3333-333333333333", "u@example.com", Caller.Context.USER, scopes, roles);
    }

    private static MachineScope group(long id) {
        return new MachineScope.Groups(Set.of(id));
    }

    private static String machine(LiveServer server) {
        var body = Json.MAPPER.createObjectNode().put("description", "one").put("maxUses", 1);
        var token = server.call(server.operatorToken(), "POST", "/cordon/v1/enrollment-tokens", body)
                .text("/token");
        var machine = new TestMachine();
        var enrolled = server.call(null, "POST", "/cordon/v1/enroll", machine.request(token));
        assertThat(enrolled.status()).as("%s", enrolled).isLessThan(300);
        return machine.id();
    }
}
