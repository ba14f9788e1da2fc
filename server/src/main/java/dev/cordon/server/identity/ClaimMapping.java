package dev.cordon.server.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.issuers.ClaimValues;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.MachineScope;
import dev.cordon.server.web.PortalPermission;
import dev.cordon.server.web.PortalRole;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the claims of an outside issuer's tokens mean here.
 *
 * @param rolesClaim where roles are; a dot goes into an object, as in {@code realm_access.roles}
 * @param scopesClaim where delegated permissions are; a token that has it is a user's. Absent: no token is a user's
 * @param roles what a role allows an application; empty: a role named as a permission allows that, unless it administers
 * @param scopes what a scope allows an application in a user's name; empty: likewise
 * @param portalRoles what a role allows a user
 */
record ClaimMapping(
        String rolesClaim,
        Optional<String> scopesClaim,
        List<Grants> roles,
        List<Grants> scopes,
        List<Portal> portalRoles) {

    private static final int MOST = 100;
    private static final int LONGEST = 200;
    private static final int MOST_GROUPS = 1_000;

    /** Permissions that go with a value of a claim. */
    record Grants(String value, Set<String> permissions) {}

    /** What a value of the roles claim allows a user, on the machines of these groups; absent: on all. */
    record Portal(String value, Set<PortalPermission> permissions, Optional<Set<Long>> machineGroups) {
        PortalRole role() {
            return new PortalRole(
                    value,
                    permissions,
                    machineGroups.<MachineScope>map(MachineScope.Groups::new).orElse(MachineScope.ALL));
        }
    }

    /** @throws ApiException 400 for permissions that do not exist */
    static ClaimMapping read(StrictObject body) {
        var rolesClaim = body.text("rolesClaim", LONGEST).orElse("roles");
        var scopesClaim = body.text("scopesClaim", LONGEST);
        var roles = body.list("roles", MOST, (node, path) -> grants(node, path, ApplicationPermissions::parse));
        var scopes = body.list("scopes", MOST, (node, path) -> grants(node, path, DelegatedPermissions::parse));
        var portalRoles = body.list("portalRoles", MOST, ClaimMapping::portal);
        if (scopesClaim.isEmpty() && !(scopes.isEmpty() && portalRoles.isEmpty())) {
            throw body.wrong("scopesClaim", "is missing: without it no token is a user's.");
        }
        return new ClaimMapping(rolesClaim, scopesClaim, roles, scopes, portalRoles);
    }

    void write(ObjectNode json) {
        json.put("rolesClaim", rolesClaim).put("scopesClaim", scopesClaim.orElse(null));
        for (var kind : List.of(Map.entry("roles", roles), Map.entry("scopes", scopes))) {
            var array = json.putArray(kind.getKey());
            for (var one : kind.getValue()) {
                var element = array.addObject().put("value", one.value());
                new TreeSet<>(one.permissions()).forEach(element.putArray("permissions")::add);
            }
        }
        var array = json.putArray("portalRoles");
        for (var one : portalRoles) {
            var element = array.addObject().put("value", one.value());
            one.permissions().stream()
                    .map(PortalPermission::word)
                    .sorted()
                    .forEach(element.putArray("permissions")::add);
            one.machineGroups()
                    .ifPresent(groups -> groups.stream().sorted().forEach(element.putArray("machineGroups")::add));
        }
    }

    static ClaimMapping parse(String json) {
        return read(new StrictObject(Json.MAPPER.readTree(json), ""));
    }

    String text() {
        var json = Json.MAPPER.createObjectNode();
        write(json);
        return json.toString();
    }

    /** All permissions that it can give to anybody. */
    Set<String> permissions() {
        var all = new HashSet<String>();
        roles.forEach(one -> all.addAll(one.permissions()));
        scopes.forEach(one -> all.addAll(one.permissions()));
        return all;
    }

    /** Whether the token is a user's. */
    boolean isOfUser(JWTClaimsSet claims) {
        return scopesClaim
                .filter(name -> ClaimValues.claim(claims, name) != null)
                .isPresent();
    }

    /** What the token allows: its scopes in user context, its roles otherwise. */
    Set<String> permissions(JWTClaimsSet claims) {
        return isOfUser(claims)
                ? mapped(ClaimValues.words(claims, scopesClaim.orElse("")), scopes, DelegatedPermissions::find)
                : mapped(ClaimValues.words(claims, rolesClaim), roles, ApplicationPermissions::find);
    }

    List<PortalRole> portalRoles(JWTClaimsSet claims) {
        var values = ClaimValues.words(claims, rolesClaim);
        return portalRoles.stream()
                .filter(one -> values.contains(one.value()))
                .map(Portal::role)
                .toList();
    }

    private static Set<String> mapped(
            Set<String> values, List<Grants> grants, Function<String, Optional<String>> known) {
        var permissions = new HashSet<String>();
        if (grants.isEmpty()) {
            values.stream()
                    .filter(value -> !value.regionMatches(true, 0, "Cordon.", 0, 7))
                    .flatMap(value -> known.apply(value).stream())
                    .forEach(permissions::add);
        }
        grants.stream()
                .filter(one -> values.contains(one.value()))
                .forEach(one -> permissions.addAll(one.permissions()));
        return permissions;
    }

    private static Grants grants(
            JsonNode node, String path, Function<Collection<String>, ? extends Set<String>> parse) {
        var one = new StrictObject(node, path);
        var value = one.text("value", LONGEST).orElseThrow(() -> one.wrong("value", "is missing."));
        var permissions = one.list("permissions", MOST, (element, where) -> StrictObject.text(element, where, LONGEST));
        one.end();
        return new Grants(value, Set.copyOf(parse.apply(permissions)));
    }

    private static Portal portal(JsonNode node, String path) {
        var one = new StrictObject(node, path);
        var value = one.text("value", LONGEST).orElseThrow(() -> one.wrong("value", "is missing."));
        var permissions = one.list("permissions", MOST, (element, where) -> {
            var word = StrictObject.text(element, where, LONGEST);
            return PortalPermission.of(word)
                    .orElseThrow(() -> ApiException.badRequest(where + ": '" + Excerpt.of(word) + "' does not exist."));
        });
        Optional<Set<Long>> groups = one.has("machineGroups")
                ? Optional.of(Set.copyOf(one.list(
                        "machineGroups",
                        MOST_GROUPS,
                        (element, where) -> StrictObject.integer(element, where, 0, Long.MAX_VALUE))))
                : Optional.empty();
        one.end();
        return new Portal(value, Set.copyOf(permissions), groups);
    }
}
