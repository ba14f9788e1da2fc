package dev.cordon.server.feed;

import dev.cordon.server.store.Database;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A database that tells, after each commit, which tenants' feeds have grown by it. What another server on the same
 * PostgreSQL commits is not told here. Thread-safe.
 */
public final class FollowedDatabase implements Database {

    private final Database database;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    public FollowedDatabase(Database database) {
        this.database = database;
    }

    /** Who wants to know. Called on the thread that has written, so it must return at once. */
    @FunctionalInterface
    public interface Follower {
        void grown(String tenantId);
    }

    public void follow(Follower follower) {
        followers.add(follower);
    }

    @Override
    public <T> T write(Work<T> work) {
        Set<String> told = ConcurrentHashMap.newKeySet();
        var result = database.write(sql -> ScopedValue.where(Feed.TOLD, told).call(() -> work.run(sql)));
        for (var tenantId : told) {
            followers.forEach(follower -> follower.grown(tenantId));
        }
        return result;
    }

    @Override
    public <T> T read(Work<T> work) {
        return database.read(work);
    }

    @Override
    public long commits() {
        return database.commits();
    }

    @Override
    public void close() {
        database.close();
    }
}
