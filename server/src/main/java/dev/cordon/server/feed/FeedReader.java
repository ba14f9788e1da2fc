package dev.cordon.server.feed;

import static dev.cordon.server.feed.FeedTables.ACTION_ID;
import static dev.cordon.server.feed.FeedTables.ACTOR;
import static dev.cordon.server.feed.FeedTables.AT;
import static dev.cordon.server.feed.FeedTables.DETAIL;
import static dev.cordon.server.feed.FeedTables.EVENTS;
import static dev.cordon.server.feed.FeedTables.EVENT_NUMBER;
import static dev.cordon.server.feed.FeedTables.ID;
import static dev.cordon.server.feed.FeedTables.KIND;
import static dev.cordon.server.feed.FeedTables.MACHINE_ID;
import static dev.cordon.server.feed.FeedTables.NUMBER;
import static dev.cordon.server.feed.FeedTables.SUBJECT;
import static dev.cordon.server.feed.FeedTables.TENANTS;
import static dev.cordon.server.feed.FeedTables.TENANT_ID;

import dev.cordon.server.store.Instants;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Reads the feed, within the caller's transaction. Stateless. */
public final class FeedReader {

    private static final int FORGOTTEN_AT_ONCE = 5_000;

    private FeedReader() {}

    /** The events above a number, lowest first. */
    public static List<Event> after(DSLContext sql, String tenantId, long number, int most) {
        return sql.select(NUMBER, AT, KIND, ACTOR, SUBJECT, MACHINE_ID, ACTION_ID, DETAIL)
                .from(EVENTS)
                .where(TENANT_ID.eq(tenantId), NUMBER.gt(number))
                .orderBy(NUMBER)
                .limit(most)
                .fetch(row -> new Event(
                        tenantId,
                        row.get(NUMBER),
                        Instants.instant(row.get(AT)),
                        row.get(KIND),
                        row.get(ACTOR),
                        row.get(SUBJECT),
                        row.get(MACHINE_ID),
                        row.get(ACTION_ID),
                        row.get(DETAIL)));
    }

    /** The number of the newest event; 0 before the first. */
    public static long newest(DSLContext sql, String tenantId) {
        var number =
                sql.select(EVENT_NUMBER).from(TENANTS).where(ID.eq(tenantId)).fetchOne(EVENT_NUMBER);
        return number == null ? 0 : number;
    }

    /**
     * Whether nothing is missing for somebody who has seen everything up to a number: what follows was not forgotten,
     * and the number is none of a database that was since replaced by a backup.
     */
    public static boolean continues(DSLContext sql, String tenantId, long number) {
        long newest = newest(sql, tenantId);
        if (number >= newest) {
            return number == newest;
        }
        var oldest = sql.select(DSL.min(NUMBER))
                .from(EVENTS)
                .where(TENANT_ID.eq(tenantId))
                .fetchOne(0, Long.class);
        return oldest != null && oldest <= number + 1;
    }

    /** Forgets some of the events from before an instant, the oldest first, and tells how many. */
    public static int forget(DSLContext sql, Instant before) {
        var oldest = sql.select(AT)
                .from(EVENTS)
                .where(AT.lt(Instants.micros(before)))
                .orderBy(AT)
                .limit(1)
                .offset(FORGOTTEN_AT_ONCE)
                .fetchOne(AT);
        long upTo = oldest == null ? Instants.micros(before) : oldest;
        return sql.deleteFrom(EVENTS)
                .where(AT.lt(upTo).or(oldest == null ? DSL.falseCondition() : AT.eq(upTo)))
                .execute();
    }
}
