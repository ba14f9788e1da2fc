package dev.cordon.agent.linux.execution;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Files that may start, with the leases that were taken to judge them: exempt from questions where nothing speaks against
 * it ({@link ExemptFiles}), otherwise held until the program is seen running ({@link HeldLeases}), and let go at once where
 * it is the dynamic loader of another program. For the verdict thread.
 */
final class AnsweredFiles implements AutoCloseable {

    /** Who replaces a program again and again must never find it exempt in between. */
    private static final long RECENT_NANOS = 1_000_000_000;

    private final Kernel kernel;
    private final Rules rules;
    private final HeldLeases held;
    private final ExemptFiles exempt;
    /** Answered by a judge. */
    private final ConcurrentLinkedQueue<Pending> released;

    /**
     * @param released what other threads than this one have answered for, with a lease
     */
    AnsweredFiles(Kernel kernel, Leases leases, int group, Rules rules, ConcurrentLinkedQueue<Pending> released)
            throws IOException {
        this.kernel = kernel;
        this.rules = rules;
        this.released = released;
        this.held = new HeldLeases(kernel);
        this.exempt = new ExemptFiles(kernel, leases, group, this::exemptNoMore);
    }

    /** Readable when {@link #letWritersIn} has something to do. */
    int descriptor() {
        return exempt.descriptor();
    }

    void letWritersIn() {
        exempt.letWritersIn();
    }

    /** All files are asked about again from now on. */
    void askAgain() {
        exempt.clear();
    }

    /** Takes the descriptor over, which has the lease. */
    void keep(Pending pending, long now) {
        if (exempted(pending)) {
            return;
        }
        if (pending.interpreter()) {
            kernel.close(pending.descriptor());
        } else {
            held.hold(pending, now);
        }
    }

    /** Whether the kernel need not ask about the file any more, and the descriptor is taken over. */
    private boolean exempted(Pending pending) {
        return pending.onlyRoot()
                && pending.state().changedBefore(System.currentTimeMillis() * 1_000_000 - RECENT_NANOS)
                && rules.mayStayOpen().test(pending.state().id().device())
                && rules.cache().settled(pending.state(), rules.policy().get())
                && exempt.add(pending.descriptor(), pending.state().id());
    }

    private void exemptNoMore(FileState state, int descriptor) {
        if (kernel.onlyRootWritesState()) {
            kernel.close(descriptor);
        } else {
            held.hold(descriptor, state.id(), System.nanoTime()); // made writable for others meanwhile
        }
    }

    /** Nanoseconds until there is something to do, {@link Long#MAX_VALUE} if there is nothing. */
    long untilDue(long now) {
        return released.isEmpty() ? held.untilDue(now) : 0;
    }

    void tidy(long now) {
        for (Pending next = released.poll(); next != null; next = released.poll()) {
            keep(next, now);
        }
        held.tidy(now);
        exempt.tidy(now);
    }

    /** When the group is closed. */
    @Override
    public void close() {
        exempt.close();
        held.endAll();
    }
}
