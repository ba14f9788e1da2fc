package dev.cordon.server.identity;

import dev.cordon.server.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the database said within the last second, so that a busy client does not cost a query for each request. Bounded;
 * thread-safe.
 */
final class Recent<K, V> {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int MOST = 10_000;

    private final InstantSource time;
    private final LongSupplier version;
    private final ConcurrentHashMap<K, Seen<V>> seen = new ConcurrentHashMap<>();

    private Recent(InstantSource time, LongSupplier version) {
        this.time = time;
        this.version = version;
    }

    private record Seen<V>(V value, long version, Instant at) {}

    /** As it is now, give or take a second. */
    static <K, V> Recent<K, V> about(InstantSource time) {
        return new Recent<>(time, () -> 0);
    }

    /** As it is now; what another server on the same database changes is seen within a second. */
    static <K, V> Recent<K, V> exactly(Database database, InstantSource time) {
        return new Recent<>(time, database::commits);
    }

    /** What is known of the key, or else what comes of asking. What cannot be found out is not kept. */
    V get(K key, Supplier<V> ask) {
        long now = version.getAsLong(); // before the database is asked: what changes meanwhile makes the answer old
        var at = time.instant();
        var known = seen.get(key);
        if (known != null
                && known.version() == now
                && Duration.between(known.at(), at).abs().compareTo(FRESH) < 0) {
            return known.value();
        }
        var value = ask.get();
        if (seen.size() >= MOST) {
            seen.clear();
        }
        seen.put(key, new Seen<>(value, now, at));
        return value;
    }
}
