package dev.cordon.server.identity;

import java.time.Duration;

/**
 * What a tenant keeps of what its machines hand over.
 *
 * @param largestPackage bytes of an investigation package
 * @param largestSample bytes of a file sample; below 4 GiB, the most that the zip it is handed out in may hold
 * @param retention how long packages and samples are kept
 * @param linkLifetime how long a download link works
 */
public record ObjectSettings(long largestPackage, long largestSample, Duration retention, Duration linkLifetime) {

    public static final ObjectSettings DEFAULT =
            new ObjectSettings(4L << 30, 1L << 30, Duration.ofDays(180), Duration.ofMinutes(5));
}
