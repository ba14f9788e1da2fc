package dev.cordon.server.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * One organisation on this server, with machines, applications and an audit log of its own.
 *
 * @param id GUID, lower case with dashes
 * @param domainName lower case; clients may write it in place of the id
 */
public record Tenant(String id, String displayName, Optional<String> domainName, Instant createdAt) {}
