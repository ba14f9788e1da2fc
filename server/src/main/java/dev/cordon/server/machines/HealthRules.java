package dev.cordon.server.machines;

import java.time.Duration;

/**
 * When a silent machine stops being {@code Active}.
 *
 * @param impairedAfter silence after which it is {@code ImpairedCommunication}
 * @param inactiveAfter silence after which it is {@code Inactive}
 * @param every how often the rows are brought up to date
 */
public record HealthRules(Duration impairedAfter, Duration inactiveAfter, Duration every) {

    /** Five minutes, seven days, every thirty seconds. */
    public static final HealthRules USUAL =
            new HealthRules(Duration.ofMinutes(5), Duration.ofDays(7), Duration.ofSeconds(30));

    public HealthRules {
        if (impairedAfter.compareTo(Machines.LAST_SEEN_STEP.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException(
                    "impairedAfter must be a minute at least: lastSeen is not kept any finer");
        }
        if (inactiveAfter.compareTo(impairedAfter) <= 0) {
            throw new IllegalArgumentException("inactiveAfter must be longer than impairedAfter");
        }
        if (!every.isPositive()) {
            throw new IllegalArgumentException("every must be longer than nothing");
        }
    }
}
