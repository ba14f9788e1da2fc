package dev.cordon.server.events;

import static dev.cordon.server.events.WebhookTable.AT;
import static dev.cordon.server.events.WebhookTable.DELIVERIES;
import static dev.cordon.server.events.WebhookTable.DELIVERY_SEQ;
import static dev.cordon.server.events.WebhookTable.DELIVERY_TENANT_ID;
import static dev.cordon.server.events.WebhookTable.ENABLED;
import static dev.cordon.server.events.WebhookTable.ERROR;
import static dev.cordon.server.events.WebhookTable.EVENT_NUMBER;
import static dev.cordon.server.events.WebhookTable.FAILING_SINCE;
import static dev.cordon.server.events.WebhookTable.FAILURES;
import static dev.cordon.server.events.WebhookTable.ID;
import static dev.cordon.server.events.WebhookTable.KIND;
import static dev.cordon.server.events.WebhookTable.LEASED_BY;
import static dev.cordon.server.events.WebhookTable.LEASED_UNTIL;
import static dev.cordon.server.events.WebhookTable.MILLISECONDS;
import static dev.cordon.server.events.WebhookTable.NEWEST;
import static dev.cordon.server.events.WebhookTable.NEXT_ATTEMPT_AT;
import static dev.cordon.server.events.WebhookTable.NUMBER;
import static dev.cordon.server.events.WebhookTable.PARKED_AT;
import static dev.cordon.server.events.WebhookTable.STATUS;
import static dev.cordon.server.events.WebhookTable.TENANTS;
import static dev.cordon.server.events.WebhookTable.TENANTS_ID;
import static dev.cordon.server.events.WebhookTable.TENANT_ID;
import static dev.cordon.server.events.WebhookTable.WEBHOOKS;
import static dev.cordon.server.events.WebhookTable.WEBHOOK_ID;

import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Webhooks in the database, within the caller's transaction. Stateless. */
final class WebhookStore {

    private static final int DELIVERIES_KEPT = 200;

    private WebhookStore() {}

    static List<Webhook> all(DSLContext sql, String tenantId) {
        return sql.select(Webhook.COLUMNS)
                .from(WEBHOOKS)
                .where(TENANT_ID.eq(tenantId))
                .orderBy(WebhookTable.CREATED_AT, ID)
                .fetch(Webhook::of);
    }

    static Optional<Webhook> find(DSLContext sql, String tenantId, String id) {
        return sql.select(Webhook.COLUMNS)
                .from(WEBHOOKS)
                .where(is(tenantId, id))
                .fetchOptional(Webhook::of);
    }

    /** Those that have something to deliver, as far as is known without looking at its kind. */
    static List<Webhook> due(DSLContext sql, Instant now) {
        return sql.select(Webhook.COLUMNS)
                .from(WEBHOOKS)
                .join(TENANTS)
                .on(TENANTS_ID.eq(TENANT_ID))
                .where(ENABLED.isTrue(), PARKED_AT.isNull(), NEWEST.ne(NUMBER))
                .and(NEXT_ATTEMPT_AT.le(Instants.micros(now)))
                .fetch(Webhook::of);
    }

    /** Takes or prolongs the right to deliver; empty if another server has it, or there is nothing to deliver to now. */
    static Optional<Webhook> lease(
            DSLContext sql, Webhook webhook, String owner, Instant now, java.time.Duration length) {
        int leased = sql.update(WEBHOOKS)
                .set(LEASED_BY, owner)
                .set(LEASED_UNTIL, Instants.micros(now.plus(length)))
                .where(is(webhook.tenantId(), webhook.id()), ENABLED.isTrue(), PARKED_AT.isNull())
                .and(LEASED_BY.isNull().or(LEASED_BY.eq(owner)).or(LEASED_UNTIL.lt(Instants.micros(now))))
                .execute();
        return leased == 0 ? Optional.empty() : find(sql, webhook.tenantId(), webhook.id());
    }

    /** Everything up to a number is done; false, and nothing is written, if the right to deliver went to another. */
    static boolean passed(DSLContext sql, Webhook webhook, String owner, long number) {
        return sql.update(WEBHOOKS)
                        .set(NUMBER, number)
                        .set(FAILURES, 0L)
                        .setNull(FAILING_SINCE)
                        .set(NEXT_ATTEMPT_AT, 0L)
                        .where(is(webhook.tenantId(), webhook.id()), LEASED_BY.eq(owner))
                        .execute()
                > 0;
    }

    /** An attempt failed; false, and nothing is written, if the right to deliver went to another. */
    static boolean failed(DSLContext sql, Webhook webhook, String owner, Instant now, Instant next, boolean park) {
        return sql.update(WEBHOOKS)
                        .set(FAILURES, FAILURES.plus(1L))
                        .set(FAILING_SINCE, DSL.coalesce(FAILING_SINCE, Instants.micros(now)))
                        .set(NEXT_ATTEMPT_AT, Instants.micros(next))
                        .set(PARKED_AT, park ? Instants.micros(now) : null)
                        .where(is(webhook.tenantId(), webhook.id()), LEASED_BY.eq(owner))
                        .execute()
                > 0;
    }

    static void log(DSLContext sql, Webhook webhook, long number, String kind, Instant at, WebhookCall.Result result) {
        sql.insertInto(DELIVERIES)
                .set(DELIVERY_TENANT_ID, webhook.tenantId())
                .set(WEBHOOK_ID, webhook.id())
                .set(EVENT_NUMBER, number)
                .set(KIND, kind)
                .set(AT, Instants.micros(at))
                .set(MILLISECONDS, result.milliseconds())
                .set(STATUS, result.status())
                .set(ERROR, result.error())
                .execute();
        var last = sql.select(DELIVERY_SEQ)
                .from(DELIVERIES)
                .where(ofWebhook(webhook))
                .orderBy(DELIVERY_SEQ.desc())
                .limit(1)
                .offset(DELIVERIES_KEPT)
                .fetchOne(DELIVERY_SEQ);
        if (last != null) {
            sql.deleteFrom(DELIVERIES)
                    .where(ofWebhook(webhook), DELIVERY_SEQ.le(last))
                    .execute();
        }
    }

    static Condition ofWebhook(Webhook webhook) {
        return DELIVERY_TENANT_ID.eq(webhook.tenantId()).and(WEBHOOK_ID.eq(webhook.id()));
    }

    static Condition is(String tenantId, String id) {
        return TENANT_ID.eq(tenantId).and(ID.eq(id));
    }
}
