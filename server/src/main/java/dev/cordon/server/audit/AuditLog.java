package dev.cordon.server.audit;

import java.util.Map;
import org.jooq.DSLContext;

/**
 * The log of what was asked and what happened, one hash chain a tenant: each entry's hash covers the one before it, so
 * that an entry changed or taken out shows. Entries are written in the transaction of what they tell of.
 */
public interface AuditLog {

    /**
     * Appends an entry. Updates the tenant's row first, so that appends of one tenant are serial.
     *
     * @param actor who caused it: an application's or user's name and id, {@code machine:ID}, or {@code server}
     * @param event dotted and in the past tense, for example {@code action.accepted}
     * @param subject what it is about, for example {@code machine:ID} or {@code action:ID}
     * @param detail further values, without secrets; written as JSON with sorted keys
     */
    void append(DSLContext sql, String tenantId, String actor, String event, String subject, Map<String, ?> detail);
}
