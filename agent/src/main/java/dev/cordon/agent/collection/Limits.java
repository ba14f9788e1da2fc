package dev.cordon.agent.collection;

import java.time.Duration;

/**
 * What a collection may take of a machine.
 *
 * @param itemBytes most bytes of one item
 * @param totalBytes most bytes of all items, before compression
 * @param files most files of all folders together
 * @param commandTime most time for one program
 * @param freeBytes what has to stay free on the agent's disk
 */
record Limits(long itemBytes, long totalBytes, int files, Duration commandTime, long freeBytes) {

    static final Limits DEFAULT = new Limits(8L << 20, 256L << 20, 3_000, Duration.ofSeconds(20), 64L << 20);
}
