package dev.cordon.server.events;

import dev.cordon.server.audit.AuditLog;
import dev.cordon.server.feed.FeedReader;
import dev.cordon.server.feed.FollowedDatabase;
import dev.cordon.server.keys.KeyVault;
import dev.cordon.server.store.Instants;
import dev.cordon.server.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to webhooks: each webhook in the order of the numbers, one at a time, at least once. An event that is
 * not taken is tried again, later and later, for a day; then the webhook is parked until somebody enables it again.
 * Whatever a webhook does, it holds up no other. Thread-safe.
 */
final class WebhookSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookSender.class);

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    static final Duration PATIENCE = Duration.ofDays(1);
    private static final int AT_ONCE = 50;

    private final FollowedDatabase database;
    private final KeyVault vault;
    private final AuditLog audit;
    private final WebhookCall calls;
    private final InstantSource time;
    private final String owner = UUID.randomUUID().toString();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closed;

    WebhookSender(FollowedDatabase database, KeyVault vault, AuditLog audit, WebhookCall calls, InstantSource time) {
        this.database = database;
        this.vault = vault;
        this.audit = audit;
        this.calls = calls;
        this.time = time;
        database.follow(tenant -> wake());
    }

    void start() {
        Thread.ofVirtual().name("cordon-webhooks").start(this::loop);
    }

    /** Something may be due. */
    void wake() {
        if (wake.availablePermits() == 0) {
            wake.release();
        }
    }

    @Override
    public void close() {
        closed = true;
        wake.release();
        calls.close();
    }

    private void loop() {
        try {
            while (!closed) {
                var _ = wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                try {
                    for (var webhook : database.read(sql -> WebhookStore.due(sql, time.instant()))) {
                        if (running.add(webhook.id())) {
                            Thread.ofVirtual().name("cordon-webhook").start(() -> run(webhook));
                        }
                    }
                } catch (StoreException | DataAccessException e) {
                    if (!closed) {
                        LOG.atWarn().setCause(e).log("webhooks could not be looked for; trying again");
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Webhook webhook) {
        try {
            while (!closed && deliver(webhook)) {
                LOG.atDebug().addKeyValue("webhook", webhook.id()).log("more to deliver");
            }
        } catch (StoreException | DataAccessException e) {
            if (!closed) {
                LOG.atWarn().setCause(e).addKeyValue("webhook", webhook.id()).log("delivery failed; trying again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(webhook.id());
        }
    }

    /** Delivers the next few events; false if there is nothing more to do now. */
    private boolean deliver(Webhook known) throws InterruptedException {
        var leased = database.write(sql -> WebhookStore.lease(sql, known, owner, time.instant(), LEASE));
        if (leased.isEmpty()) {
            return false;
        }
        var current = leased.get();
        var tenantId = current.tenantId();
        if (!database.read(sql -> FeedReader.continues(sql, tenantId, current.number()))) {
            return skipLost(current);
        }
        var events = database.read(sql -> ShownEvent.after(sql, tenantId, current.number(), AT_ONCE));
        if (events.isEmpty()) {
            return false;
        }
        var webhook = current;
        for (var shown : events) {
            var event = shown.event();
            if (webhook.wants(event)) {
                var delivery = webhook.id() + "-" + event.number();
                var at = time.instant();
                var result = calls.post(webhook.url(), webhook.secret(vault), event.kind(), delivery, shown.json());
                if (closed) {
                    return false;
                }
                var next = settle(webhook, event.number(), event.kind(), at, result);
                if (next.isEmpty()) {
                    return false;
                }
                webhook = next.get();
            }
        }
        var done = webhook;
        long last = events.getLast().event().number();
        return database.write(sql -> WebhookStore.passed(sql, done, owner, last));
    }

    /**
     * Writes down what came of an attempt, and prolongs the lease: the webhook as it is now, for somebody may have changed
     * where it goes; empty if there must be a pause, or another server took over while the receiver kept this one waiting.
     */
    private Optional<Webhook> settle(Webhook webhook, long number, String kind, Instant at, WebhookCall.Result result) {
        return database.write(sql -> {
            WebhookStore.log(sql, webhook, number, kind, at, result);
            var now = time.instant();
            if (result.delivered()) {
                return WebhookStore.passed(sql, webhook, owner, number)
                        ? WebhookStore.lease(sql, webhook, owner, now, LEASE)
                        : Optional.empty();
            }
            var current = WebhookStore.find(sql, webhook.tenantId(), webhook.id());
            if (current.isEmpty()) {
                return Optional.empty();
            }
            var since = current.get().failingSince();
            boolean park =
                    since != null && Instants.instant(since).plus(PATIENCE).isBefore(now);
            var next = now.plus(pause(current.get().failures()));
            if (WebhookStore.failed(sql, webhook, owner, now, next, park) && park) {
                audit.append(
                        sql,
                        webhook.tenantId(),
                        "server",
                        "webhook.parked",
                        "webhook:" + webhook.id(),
                        Map.of("name", webhook.name(), "error", String.valueOf(result.error())));
            }
            return Optional.empty();
        });
    }

    /** What follows was forgotten while it failed or was disabled: the receiver goes on from now. */
    private boolean skipLost(Webhook webhook) {
        return database.write(sql -> {
            long newest = FeedReader.newest(sql, webhook.tenantId());
            if (!WebhookStore.passed(sql, webhook, owner, newest)) {
                return false;
            }
            audit.append(
                    sql,
                    webhook.tenantId(),
                    "server",
                    "webhook.events-lost",
                    "webhook:" + webhook.id(),
                    Map.of("after", webhook.number(), "upTo", newest));
            return true;
        });
    }

    private static Duration pause(long failures) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
