package dev.cordon.agent.linux.execution;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Files in the hands of the {@link Judges}: not too many at a time, and none for longer than a minute. For the verdict
 * thread.
 */
final class InJudgement {

    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int MOST = 2_048;

    private final Consumer<Pending> tooLate;
    /** Oldest first. */
    private final ArrayDeque<Pending> files = new ArrayDeque<>();

    /** @param tooLate told of a file that nobody has answered for in time */
    InJudgement(Consumer<Pending> tooLate) {
        this.tooLate = tooLate;
    }

    boolean isFull() {
        return files.size() >= MOST;
    }

    void add(Pending pending) {
        files.add(pending);
    }

    void tidy(long now) {
        for (Pending oldest = files.peek(); oldest != null; oldest = files.peek()) {
            boolean late = now - oldest.since() > LONGEST_NANOS;
            if (!late && !oldest.answered().get()) {
                return;
            }
            files.remove();
            if (!oldest.answered().get()) {
                tooLate.accept(oldest);
            }
        }
    }
}
