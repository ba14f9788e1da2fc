package dev.cordon.server.federation;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.cordon.server.identity.StrictObject;
import dev.cordon.server.issuers.ClaimValues;
import dev.cordon.server.issuers.TrustedIssuer;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an issuer's sign-ins mean here. Whatever is left out trusts the issuer with less.
 *
 * @param tokenEndpoint where codes are redeemed, if that is on another server than the issuer
 * @param scopes asked for beside {@code openid}
 * @param amr words in {@code amr} of which each shows that the issuer checked a second factor (RFC 8176)
 * @param acr values of {@code acr} of which each shows the same
 * @param linkClaim whose value is the name of the user, for a person who signs in for the first time; absent: nobody is
 *     linked by a name
 * @param createUsers whether a person who is no user becomes one
 * @param nameClaim whose value is the name of a user that is made
 * @param rolesClaim where the roles of users are that the issuer made
 * @param roles which roles here go with a value of that claim
 * @param defaultRoles ids of roles that every user has whom the issuer made
 */
record SignInRules(
        Optional<String> tokenEndpoint,
        List<String> scopes,
        Set<String> amr,
        Set<String> acr,
        Optional<String> linkClaim,
        boolean createUsers,
        String nameClaim,
        String rolesClaim,
        List<RoleRule> roles,
        Set<String> defaultRoles) {

    private static final int MOST = 100;
    private static final int LONGEST = 200;
    private static final int LONGEST_URL = 500;

    /** @param roleIds of this server */
    record RoleRule(String value, Set<String> roleIds) {}

    /**
     * @param roleId from a role's name or id to its id
     * @throws ApiException 400 for what cannot be meant
     */
    static SignInRules read(StrictObject body, UnaryOperator<String> roleId) {
        var tokenEndpoint = body.text("tokenEndpoint", LONGEST_URL);
        try {
            tokenEndpoint.ifPresent(url -> TrustedIssuer.requireUrl("tokenEndpoint", url));
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
        var scopes = body.has("scopes") ? words(body, "scopes") : List.of("profile", "email");
        if (scopes.stream().anyMatch(scope -> !scope.matches("[\\x21\\x23-\\x5B\\x5D-\\x7E]+"))) {
            throw body.wrong("scopes", "must be words of printable ASCII.");
        }
        return new SignInRules(
                tokenEndpoint,
                scopes,
                Set.copyOf(words(body, "secondFactorAmr")),
                Set.copyOf(words(body, "secondFactorAcr")),
                body.text("linkClaim", LONGEST),
                body.bool("createUsers").orElse(false),
                body.text("nameClaim", LONGEST).orElse("preferred_username"),
                body.text("rolesClaim", LONGEST).orElse("roles"),
                body.list("roles", MOST, (node, path) -> roleRule(node, path, roleId)),
                ids(words(body, "defaultRoles"), roleId));
    }

    private static RoleRule roleRule(JsonNode node, String path, UnaryOperator<String> roleId) {
        var one = new StrictObject(node, path);
        var value = one.text("value", LONGEST).orElseThrow(() -> one.wrong("value", "is missing."));
        var roles = words(one, "roles");
        one.end();
        return new RoleRule(value, ids(roles, roleId));
    }

    private static List<String> words(StrictObject body, String key) {
        return List.copyOf(body.list(key, MOST, (node, path) -> StrictObject.text(node, path, LONGEST)));
    }

    private static Set<String> ids(List<String> roles, UnaryOperator<String> roleId) {
        var ids = new HashSet<String>();
        roles.forEach(role -> ids.add(roleId.apply(role)));
        return Set.copyOf(ids);
    }

    /** @param roleName from a role's id to how it is to be written; empty: not at all */
    void write(ObjectNode json, UnaryOperator<String> roleName) {
        json.put("tokenEndpoint", tokenEndpoint.orElse(null));
        scopes.forEach(json.putArray("scopes")::add);
        amr.stream().sorted().forEach(json.putArray("secondFactorAmr")::add);
        acr.stream().sorted().forEach(json.putArray("secondFactorAcr")::add);
        json.put("linkClaim", linkClaim.orElse(null))
                .put("createUsers", createUsers)
                .put("nameClaim", nameClaim)
                .put("rolesClaim", rolesClaim);
        var array = json.putArray("roles");
        for (var rule : roles) {
            rule.roleIds().stream()
                    .map(roleName)
                    .filter(name -> !name.isEmpty())
                    .sorted()
                    .forEach(array.addObject().put("value", rule.value()).putArray("roles")::add);
        }
        defaultRoles.stream()
                .map(roleName)
                .filter(name -> !name.isEmpty())
                .sorted()
                .forEach(json.putArray("defaultRoles")::add);
    }

    static SignInRules parse(String text) {
        return read(new StrictObject(Json.MAPPER.readTree(text), ""), UnaryOperator.identity());
    }

    String text() {
        var json = Json.MAPPER.createObjectNode();
        write(json, UnaryOperator.identity());
        return json.toString();
    }

    /** The ids of the roles of a user whom the issuer made. */
    Set<String> roleIds(JWTClaimsSet claims) {
        var values = ClaimValues.words(claims, rolesClaim);
        var ids = new HashSet<>(defaultRoles);
        roles.stream().filter(rule -> values.contains(rule.value())).forEach(rule -> ids.addAll(rule.roleIds()));
        return ids;
    }

    /** Whether the issuer says that it checked a second factor, in words that count here. */
    boolean showSecondFactor(JWTClaimsSet claims) {
        return ClaimValues.words(claims, "amr").stream().anyMatch(amr::contains)
                || ClaimValues.text(claims, "acr").filter(acr::contains).isPresent();
    }
}
