package dev.cordon.agent.command;

import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.log.Log;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thread that takes turn after turn for as long as the journal holds something to do, and sleeps in between.
 *
 * <p>A turn that fails is taken again after a moment; a step that cannot be journaled, because the disk is full, is
 * tried until it can. {@link #wake} and {@link #close} may be called by any thread, the rest by the loop's own. The
 * thread is never interrupted: an interrupt would close the journal's file under it.
 */
final class WorkLoop implements AutoCloseable {

    static final Duration RETRY = Duration.ofSeconds(1);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Journal journal;
    private final Log log;
    private final Semaphore work = new Semaphore(1);
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    WorkLoop(String name, Journal journal, Log log) {
        this.name = name;
        this.journal = journal;
        this.log = log;
    }

    /** Does the next piece of work. */
    @FunctionalInterface
    interface Turn {
        /** @return false if there was nothing to do */
        boolean take() throws JournalException;
    }

    void start(Turn turn) {
        thread = Thread.ofVirtual().name(name).start(() -> run(turn));
    }

    /** There may be something to do. */
    void wake() {
        work.release();
    }

    boolean closed() {
        return closed;
    }

    private void run(Turn turn) {
        while (!closed) {
            try {
                if (!turn.take()) {
                    work.acquire();
                    work.drainPermits();
                }
            } catch (StoppedException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (JournalException | RuntimeException e) {
                log.error(e, "work-interrupted", "worker", name, "retryIn", RETRY);
                try {
                    pause(RETRY);
                } catch (StoppedException stopped) {
                    return;
                }
            }
        }
    }

    /** Writes to the journal, again and again while the disk is full. */
    <T> T patiently(Function<Transaction, T> step) {
        while (true) {
            try {
                return journal.write(step);
            } catch (JournalException e) {
                log.error(e, "step-not-journaled", "worker", name, "retryIn", RETRY);
                pause(RETRY);
            }
        }
    }

    void pause(Duration time) {
        stopIfClosed();
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
        stopIfClosed();
    }

    /** Leaves the turn if the agent is stopping. */
    void stopIfClosed() {
        if (closed) {
            throw new StoppedException();
        }
    }

    /** Lets no other step begin, without waiting for the one of now. */
    void stop() {
        closed = true;
        work.release();
    }

    /** Lets the step of now come to its end, and no other begin. */
    @Override
    public void close() {
        stop();
        var running = thread;
        if (running != null) {
            try {
                running.join(STOP_PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The agent is stopping: the command stays as the journal has it. */
    static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
