package dev.cordon.server.events;

import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TokenVerifier;
import java.time.InstantSource;
import java.util.List;

/** What the feed is handed out by, wired together. Close it before the web server, whose streams it ends. */
public final class Events implements AutoCloseable {

    private final Tails tails;
    private final EventStream stream;
    private final FeedSweep sweep;

    public Events(FollowedDatabase database, TokenVerifier tokens, InstantSource time, EventSettings settings) {
        this.tails = new Tails(database);
        this.stream = new EventStream(tails, tokens);
        this.sweep = new FeedSweep(database, time, settings.kept());
    }

    public List<Route> routes() {
        return List.of(stream.route());
    }

    /** Begins to forget old events, now and then. */
    public void start() {
        sweep.start();
    }

    @Override
    public void close() {
        sweep.close();
        tails.close();
    }
}
