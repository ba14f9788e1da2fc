package dev.cordon.agent.linux.execution;

import java.io.IOException;

/**
 * Ends the agent when its verdict thread stops answering, because every program on the machine would wait for it.
 *
 * <p>It is a timer of the kernel (timer_create(2)) that sends SIGKILL when it runs out and that the verdict thread sets
 * back. It runs on while the process is stopped, swapped out or in a deadlock; it needs no process of its own, so that
 * nothing can end the watchdog and leave the agent, and nothing has to be started while programs wait. With the agent
 * the fanotify group goes, and the kernel lets everybody who waits go on.
 *
 * <p>For one thread, the one it watches.
 */
final class Watchdog implements AutoCloseable {

    /** How long the verdict thread may be silent. */
    static final long PATIENCE_MILLIS = 3_000;

    private static final long BEAT_NANOS = 250_000_000;

    private final KillTimer timer;
    private long last;

    private Watchdog(KillTimer timer) {
        this.timer = timer;
    }

    /** Starts to watch; must be there before the first mark. */
    static Watchdog start(Kernel kernel) throws IOException {
        var watchdog = new Watchdog(new KillTimer(kernel));
        watchdog.timer.set(PATIENCE_MILLIS);
        watchdog.last = System.nanoTime();
        return watchdog;
    }

    /** The verdict thread is well. Costs a system call a quarter of a second, whatever the number of calls. */
    void beat() throws IOException {
        long now = System.nanoTime();
        if (now - last > BEAT_NANOS) {
            timer.set(PATIENCE_MILLIS);
            last = now;
        }
    }

    @Override
    public void close() {
        timer.close();
    }
}
