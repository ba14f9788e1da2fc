package dev.cordon.server.identity;

/**
 * One way to get a token (RFC 6749, 1.3): what it asks for and what it answers. The token endpoint finds it by
 * {@code grant_type}. Implementations are thread-safe.
 */
public interface Grant {

    /** @throws TokenRefusal if the request gets no token */
    TokenAnswer issue(TokenRequest request);
}
