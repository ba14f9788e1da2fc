package dev.cordon.server.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a tenant.
 *
 * @param number rises by one with each event of the tenant, in the order of the commits
 * @param kind dotted, for example {@code action.accepted}; that of the audit log where it stands there as well
 * @param actor who caused it: an application's or user's name and id, {@code machine:ID}, or {@code server}
 * @param subject what it is about, for example {@code machine:ID}
 * @param machineId null if it is not about one machine
 * @param actionId null if it is not about one machine action
 * @param detail JSON object
 */
public record Event(
        String tenantId,
        long number,
        Instant at,
        String kind,
        String actor,
        String subject,
        @Nullable String machineId,
        @Nullable String actionId,
        String detail) {}
