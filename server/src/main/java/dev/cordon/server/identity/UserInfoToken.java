package dev.cordon.server.identity;

import java.util.Set;

/**
 * What a good access token for the userinfo endpoint says.
 *
 * @param userId object id of the user
 * @param scopes words of {@code scp}
 */
public record UserInfoToken(String tenantId, String userId, String applicationId, Set<String> scopes) {
    public UserInfoToken {
        scopes = Set.copyOf(scopes);
    }
}
