package dev.cordon.server.users;

import java.time.Instant;
import java.util.Optional;

/**
 * A passkey as its user sees it.
 *
 * @param name what the user calls it
 * @param rpId the host name under which it works
 */
public record Passkey(String id, String name, String rpId, Instant createdAt, Optional<Instant> lastUsedAt) {}
