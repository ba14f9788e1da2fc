package dev.cordon.agent.linux.execution;

import java.util.PriorityQueue;

/**
 * Leases on files that were answered for and whose programs are not yet seen running. Only when they run the kernel
 * keeps writers out on its own; where that is never seen (a script, a start that failed) a lease ends after two seconds.
 * For the verdict thread.
 */
final class HeldLeases {

    private static final long FIRST_LOOK_NANOS = 4_000_000;
    private static final long SELDOM_NANOS = 64_000_000;
    private static final long LONGEST_NANOS = 2_000_000_000;
    /** How often it is looked at all: many at once cost less than each by itself. */
    private static final long EVERY_NANOS = 16_000_000;

    private static final int NOBODY = 0;

    private final Kernel kernel;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private long looked = System.nanoTime() - EVERY_NANOS;

    /**
     * @param pid who starts it, or {@link #NOBODY} where that is not known
     * @param due when it is looked at whether the lease is still needed
     */
    private record Held(int descriptor, int pid, FileState.Id file, long since, long due) implements Comparable<Held> {

        /** Less and less often: after twice the time that has gone by. */
        Held later(long now) {
            return new Held(descriptor, pid, file, since, now + Math.min(SELDOM_NANOS, now - since));
        }

        @Override
        public int compareTo(Held other) {
            return Long.compare(due - other.due, 0);
        }
    }

    HeldLeases(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Takes the descriptor over. */
    void hold(Pending pending, long now) {
        held.add(new Held(pending.descriptor(), pending.pid(), pending.state().id(), now, now + FIRST_LOOK_NANOS));
    }

    /** Takes the descriptor over, for two seconds: somebody unknown may be starting it. */
    void hold(int descriptor, FileState.Id file, long now) {
        held.add(new Held(descriptor, NOBODY, file, now, now + LONGEST_NANOS));
    }

    /** Nanoseconds until there is something to do, {@link Long#MAX_VALUE} if there is nothing. */
    long untilDue(long now) {
        var next = held.peek();
        return next == null ? Long.MAX_VALUE : Math.max(next.due() - now, looked + EVERY_NANOS - now);
    }

    /** Ends those that are needed no more. */
    void tidy(long now) {
        if (untilDue(now) > 0) {
            return;
        }
        looked = now;
        for (Held lease = held.peek(); lease != null && lease.due() - now <= 0; lease = held.peek()) {
            held.remove();
            if (now - lease.since() >= LONGEST_NANOS || started(lease)) {
                kernel.close(lease.descriptor());
            } else {
                held.add(lease.later(now));
            }
        }
    }

    /** Whether the one who waited runs the file by now, or is gone. */
    private boolean started(Held lease) {
        var program = kernel.programOf(lease.pid());
        return program == null || program.id().equals(lease.file());
    }

    void endAll() {
        held.forEach(lease -> kernel.close(lease.descriptor()));
        held.clear();
    }
}
