package dev.cordon.server.signin;

import dev.cordon.server.identity.TenantPath;
import dev.cordon.server.identity.UserInfoToken;
import dev.cordon.server.users.User;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.BearerToken;
import dev.cordon.server.web.Json;
import io.javalin.http.Context;

/**
 * {@code /{tenant}/openid/userinfo} (OpenID Connect Core 1.0, 5.3): tells an application who its user is, under the same
 * pairwise name as the id token. It takes tokens of a request that named no resource, as the original's does; a token for
 * the API opens the API only. Thread-safe.
 */
final class UserInfoEndpoint {

    private final Parts parts;

    UserInfoEndpoint(Parts parts) {
        this.parts = parts;
    }

    void show(Context http) {
        http.header("Cache-Control", "no-store");
        var token = parts.identity().ownTokens().verifyForUserInfo(BearerToken.of(http));
        if (!token.scopes().contains("openid")) {
            throw ApiException.forbidden("The token lacks the scope openid. Ask for it when the user signs in.");
        }
        if (!isOfTenant(token, http.pathParam("tenant"))) {
            throw ApiException.unauthorized("The access token is not accepted: it is another tenant's.");
        }
        var user = parts.database()
                .read(sql -> parts.accounts().users().find(sql, token.tenantId(), token.userId()))
                .orElseThrow(
                        () -> ApiException.unauthorized("The access token is not accepted: its user does not exist."));
        http.json(json(token, user));
    }

    private boolean isOfTenant(UserInfoToken token, String name) {
        return TenantPath.isAlias(name)
                || parts.database()
                        .read(sql -> parts.identity().tenants().find(sql, name))
                        .filter(tenant -> tenant.id().equals(token.tenantId()))
                        .isPresent();
    }

    private static Object json(UserInfoToken token, User user) {
        var claims = Json.MAPPER.createObjectNode().put("sub", IdTokens.pairwise(user, token.applicationId()));
        IdTokens.person(claims, user, token.scopes().contains("email"));
        IdTokens.names(claims, user);
        return claims.put("preferred_username", user.userPrincipalName());
    }
}
