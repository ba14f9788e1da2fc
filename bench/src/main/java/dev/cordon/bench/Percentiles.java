package dev.cordon.bench;

import java.util.List;

/**
 * Order statistics of a set of measurements, by the nearest-rank method.
 *
 * @param sorted milliseconds, rising
 */
record Percentiles(List<Double> sorted) {

    static Percentiles of(List<Double> millis) {
        if (millis.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return new Percentiles(millis.stream().sorted().toList());
    }

    double at(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }

    double worst() {
        return sorted.getLast();
    }

    int count() {
        return sorted.size();
    }
}
