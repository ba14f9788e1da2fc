package dev.cordon.agent.upload;

import java.time.Duration;

/**
 * How long a server that cannot take a file now, because its disk is full for example, is asked again.
 *
 * @param first pause before the file is offered again; every further one is twice as long
 * @param longest pause
 * @param whole time after which the file is given up
 */
public record Patience(Duration first, Duration longest, Duration whole) {

    /** Leaves somebody an hour to free space. */
    public static final Patience DEFAULT =
            new Patience(Duration.ofSeconds(5), Duration.ofMinutes(1), Duration.ofHours(1));
}
