package dev.cordon.gateway;

/** A budget that refills with time. Confined to one thread. */
final class TokenBucket {

    private static final double NANOS = 1e9;

    private final double perNano;
    private final long burst;
    private double left;
    private long lastNanos;

    TokenBucket(long perSecond, long burst, long nowNanos) {
        this.perNano = perSecond / NANOS;
        this.burst = burst;
        this.left = burst;
        this.lastNanos = nowNanos;
    }

    /** Takes the amount, or nothing and answers false if that much is not there. */
    boolean take(long amount, long nowNanos) {
        left = Math.min((double) burst, left + (nowNanos - lastNanos) * perNano);
        lastNanos = nowNanos;
        if (left < amount) {
            return false;
        }
        left -= amount;
        return true;
    }

    /** Takes the amount in any case, and answers for how many nanoseconds nothing more should be taken. */
    long takeOnCredit(long amount, long nowNanos) {
        left = Math.min((double) burst, left + (nowNanos - lastNanos) * perNano) - amount;
        lastNanos = nowNanos;
        return left >= 0 ? 0 : (long) Math.ceil(-left / perNano);
    }
}
