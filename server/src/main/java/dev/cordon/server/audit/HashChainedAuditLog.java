package dev.cordon.server.audit;

import static dev.cordon.server.audit.AuditTables.ACTOR;
import static dev.cordon.server.audit.AuditTables.AT;
import static dev.cordon.server.audit.AuditTables.AUDIT_HASH;
import static dev.cordon.server.audit.AuditTables.AUDIT_NUMBER;
import static dev.cordon.server.audit.AuditTables.DETAIL;
import static dev.cordon.server.audit.AuditTables.ENTRIES;
import static dev.cordon.server.audit.AuditTables.EVENT;
import static dev.cordon.server.audit.AuditTables.HASH;
import static dev.cordon.server.audit.AuditTables.ID;
import static dev.cordon.server.audit.AuditTables.NUMBER;
import static dev.cordon.server.audit.AuditTables.PREVIOUS_HASH;
import static dev.cordon.server.audit.AuditTables.SUBJECT;
import static dev.cordon.server.audit.AuditTables.TENANTS;
import static dev.cordon.server.audit.AuditTables.TENANT_ID;
import static dev.cordon.server.store.KeptStatement.value;

import dev.cordon.server.feed.Feed;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.KeptStatement;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The audit log on the store.
 *
 * <p>The tenant's row holds the head of its chain: the number and hash of the newest entry. An append updates that row
 * first, which makes the appends of a tenant serial on both databases, takes the hash before it, and leaves its own.
 * An entry that was changed, taken out or cut off at the end therefore shows in {@link #verify}. Who can write the
 * database can still compute a whole new chain; only the head's hash, kept somewhere else, shows that.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class HashChainedAuditLog implements AuditLog {

    /** What stands in front of the first entry. */
    private static final int HASH_BYTES = 32;

    private static final int PAGE = 2_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final KeptStatement TAKE = KeptStatement.of(DSL.update(TENANTS)
            .set(AUDIT_NUMBER, AUDIT_NUMBER.plus(DSL.inline(1L)))
            .set(Feed.NEWEST, Feed.NEWEST.plus(DSL.inline(1L)))
            .where(ID.eq(value(1, ID)))
            .returningResult(AUDIT_NUMBER, AUDIT_HASH, Feed.NEWEST));

    private static final KeptStatement INSERT = KeptStatement.of(DSL.insertInto(ENTRIES)
            .set(TENANT_ID, value(1, TENANT_ID))
            .set(NUMBER, value(2, NUMBER))
            .set(AT, value(3, AT))
            .set(ACTOR, value(4, ACTOR))
            .set(EVENT, value(5, EVENT))
            .set(SUBJECT, value(6, SUBJECT))
            .set(DETAIL, value(7, DETAIL))
            .set(PREVIOUS_HASH, value(8, PREVIOUS_HASH))
            .set(HASH, value(9, HASH)));

    private static final KeptStatement LEAVE = KeptStatement.of(
            DSL.update(TENANTS).set(AUDIT_HASH, value(2, AUDIT_HASH)).where(ID.eq(value(1, ID))));

    private final InstantSource time;

    public HashChainedAuditLog(InstantSource time) {
        this.time = time;
    }

    @Override
    public void append(
            DSLContext sql, String tenantId, String actor, String event, String subject, Map<String, ?> detail) {
        var heads = TAKE.fetch(sql, List.of(AUDIT_NUMBER, AUDIT_HASH, Feed.NEWEST), tenantId);
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("there is no tenant " + tenantId);
        }
        var head = heads.getFirst();
        var previous = headHash(head.get(AUDIT_HASH));
        var now = time.instant();
        var entry = new AuditEntry(
                tenantId,
                head.get(AUDIT_NUMBER),
                Instants.micros(now),
                actor,
                event,
                subject,
                JSON.writeValueAsString(detail));
        var hash = entry.hash(previous);
        INSERT.execute(
                sql,
                tenantId,
                entry.number(),
                entry.at(),
                entry.actor(),
                entry.event(),
                entry.subject(),
                entry.detail(),
                previous,
                hash);
        LEAVE.execute(sql, tenantId, hash);
        Feed.audited(sql, tenantId, head.get(Feed.NEWEST), now, actor, event, subject, detail, entry.detail());
    }

    /** Walks the tenant's whole chain from its first entry to the head. */
    public Verification verify(DSLContext sql, String tenantId) {
        var head = sql.select(AUDIT_NUMBER, AUDIT_HASH)
                .from(TENANTS)
                .where(ID.eq(tenantId))
                .fetchOne();
        if (head == null) {
            throw new IllegalArgumentException("there is no tenant " + tenantId);
        }
        long last = head.value1();
        var previous = new byte[HASH_BYTES];
        long number = 0;
        while (number < last) {
            var page = sql.select(NUMBER, AT, ACTOR, EVENT, SUBJECT, DETAIL, PREVIOUS_HASH, HASH)
                    .from(ENTRIES)
                    .where(TENANT_ID.eq(tenantId), NUMBER.gt(number), NUMBER.le(last))
                    .orderBy(NUMBER)
                    .limit(PAGE)
                    .fetch();
            for (var row : page) {
                number++;
                if (!holds(row, tenantId, number, previous)) {
                    return new Verification.Broken(number);
                }
                previous = row.get(HASH);
            }
            if (page.isEmpty()) {
                return new Verification.Broken(number + 1);
            }
        }
        return Arrays.equals(previous, headHash(head.value2()))
                ? new Verification.Intact(last, HexFormat.of().formatHex(previous))
                : new Verification.Broken(last);
    }

    private static boolean holds(Record row, String tenantId, long number, byte[] previous) {
        var entry = new AuditEntry(
                tenantId,
                row.get(NUMBER),
                row.get(AT),
                row.get(ACTOR),
                row.get(EVENT),
                row.get(SUBJECT),
                row.get(DETAIL));
        return entry.number() == number
                && Arrays.equals(row.get(PREVIOUS_HASH), previous)
                && Arrays.equals(row.get(HASH), entry.hash(previous));
    }

    /** A new tenant's head may be stored empty; it counts as zeros. */
    private static byte[] headHash(byte[] stored) {
        return stored.length == 0 ? new byte[HASH_BYTES] : stored;
    }

    /** What {@link #verify} found. */
    public sealed interface Verification {
        /**
         * Every entry is as it was written.
         *
         * @param headHash lower-case hex; worth writing down outside of this server
         */
        record Intact(long entries, String headHash) implements Verification {}

        /** The first entry that was changed or is missing. */
        record Broken(long number) implements Verification {}
    }
}
