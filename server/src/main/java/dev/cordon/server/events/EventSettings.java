package dev.cordon.server.events;

import java.time.Duration;
import java.util.Optional;

/**
 * What the server's operator decides about events.
 *
 * @param kept how long the feed keeps them; the audit log keeps its entries for ever
 * @param webhookTargets where tenants may let their events go by HTTP
 * @param syslog where the events of all tenants go; empty for nowhere
 */
public record EventSettings(Duration kept, WebhookTargets webhookTargets, Optional<SyslogTarget> syslog) {

    public static final Duration DEFAULT_KEPT = Duration.ofDays(14);

    public static final EventSettings DEFAULT = new EventSettings(DEFAULT_KEPT, WebhookTargets.NONE, Optional.empty());
}
