package dev.cordon.agent.linux.execution;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Files that somebody else has open for writing: who wants to start them waits a tenth of a second for the writer to
 * finish, and is refused if he does not. For the verdict thread.
 */
final class Contested {

    private static final long WRITER_NANOS = 100_000_000;

    private final Kernel kernel;
    private final Leases leases;
    private final Consumer<Pending> free;
    private final Consumer<Pending> never;
    /** Oldest first. */
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();

    /**
     * @param free told of files whose writer has finished, as they are now, with their lease
     * @param never told of files whose writer takes too long
     */
    Contested(Kernel kernel, Leases leases, Consumer<Pending> free, Consumer<Pending> never) {
        this.kernel = kernel;
        this.leases = leases;
        this.free = free;
        this.never = never;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(Pending pending) {
        waiting.add(pending);
    }

    /** Tries all of them once more. */
    void tryAgain(long now) {
        for (int i = waiting.size(); i > 0; i--) {
            tryAgain(waiting.remove(), now);
        }
    }

    private void tryAgain(Pending pending, long now) {
        int lease = leases.take(pending.descriptor());
        if (lease == -Kernel.EAGAIN && now - pending.since() < WRITER_NANOS) {
            waiting.add(pending);
            return;
        }
        var state = kernel.state(pending.descriptor());
        if (lease == -Kernel.EAGAIN || state == null) {
            never.accept(pending);
        } else {
            free.accept(pending.as(state, kernel.onlyRootWritesState(), lease == 0));
        }
    }

    void closeAll(Kernel caller) {
        waiting.forEach(pending -> caller.close(pending.descriptor()));
    }
}
