package dev.cordon.server.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tokens whose signature and claims were found good, by their SHA-256, so that a client that calls often pays for the RSA
 * check once. What can change, the time and the application, is never taken from here. Bounded; thread-safe.
 */
final class RecentTokens {

    private static final int MOST = 10_000;

    private final ConcurrentHashMap<String, Good> tokens = new ConcurrentHashMap<>();

    /**
     * What a good token says.
     *
     * @param keyId the key that signed it, which may have been withdrawn since
     * @param user in user context, whose
     */
    record Good(
            String keyId,
            String tenantId,
            String applicationId,
            Optional<LiveUsers.OfUser> user,
            Set<String> permissions,
            Instant notBefore,
            Instant expiresAt) {
        Good {
            permissions = Set.copyOf(permissions);
        }
    }

    static String key(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java lacks SHA-256, which every Java must have.", e);
        }
    }

    Optional<Good> find(String key) {
        return Optional.ofNullable(tokens.get(key));
    }

    void put(String key, Good good, Instant now) {
        if (tokens.size() >= MOST) {
            tokens.values().removeIf(known -> !now.isBefore(known.expiresAt()));
            if (tokens.size() >= MOST) {
                tokens.clear();
            }
        }
        tokens.put(key, good);
    }
}
