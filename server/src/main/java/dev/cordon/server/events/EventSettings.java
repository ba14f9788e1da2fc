package dev.cordon.server.events;

import java.time.Duration;

/**
 * What the server's operator decides about events.
 *
 * @param kept how long the feed keeps them; the audit log keeps its entries for ever
 */
public record EventSettings(Duration kept) {

    public static final Duration DEFAULT_KEPT = Duration.ofDays(14);

    public static final EventSettings DEFAULT = new EventSettings(DEFAULT_KEPT);
}
