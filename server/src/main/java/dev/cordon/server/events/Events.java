package dev.cordon.server.events;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TokenVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the feed is handed out by, wired together: streams, webhooks, syslog. Close it before the web server, whose
 * streams it ends.
 */
public final class Events implements AutoCloseable {

    private static final Duration WEBHOOK_LIMIT = Duration.ofSeconds(10);

    private final Tails tails;
    private final EventStream stream;
    private final FeedSweep sweep;
    private final WebhookSender webhooks;
    private final WebhookEndpoints endpoints;
    private final Optional<SyslogSender> syslog;

    public Events(
            FollowedDatabase database,
            TokenVerifier tokens,
            KeyVault vault,
            AuditLog audit,
            InstantSource time,
            EventSettings settings) {
        var targets = settings.webhookTargets();
        var calls = new WebhookCall(targets, time, WEBHOOK_LIMIT);
        this.tails = new Tails(database);
        this.stream = new EventStream(tails, tokens);
        this.sweep = new FeedSweep(database, time, settings.kept());
        this.webhooks = new WebhookSender(database, vault, audit, calls, time);
        this.endpoints = new WebhookEndpoints(database, vault, audit, targets, calls, webhooks, time);
        this.syslog = settings.syslog().map(target -> new SyslogSender(database, target));
    }

    public List<Route> routes() {
        var routes = new ArrayList<Route>();
        routes.add(stream.route());
        routes.addAll(endpoints.routes());
        return List.copyOf(routes);
    }

    /** Begins to deliver, and to forget what is old. */
    public void start() {
        sweep.start();
        webhooks.start();
        syslog.ifPresent(SyslogSender::start);
    }

    @Override
    public void close() {
        sweep.close();
        webhooks.close();
        syslog.ifPresent(SyslogSender::close);
        tails.close();
    }
}
