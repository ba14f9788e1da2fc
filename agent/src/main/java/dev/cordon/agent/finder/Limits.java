package dev.cordon.agent.finder;

import java.time.Duration;

/**
 * How much one sweep may cost. Immutable.
 *
 * @param bytes to be read and hashed
 * @param largest file in bytes that is read where nothing is known of the wanted file's size
 * @param places after which it is no longer counted where else the file is
 */
public record Limits(Duration time, long bytes, long largest, int places) {

    /** For a machine in use. */
    public static final Limits USUAL = new Limits(Duration.ofMinutes(30), 1L << 40, 32L << 30, 10_000);
}
