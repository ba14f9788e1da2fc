package dev.cordon.gateway;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the work of one machine in order, one piece at a time, on a virtual thread that lives only while there is work.
 * An idle lane thus costs no thread. Thread-safe.
 */
final class SerialLane implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialLane.class);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pieces = new AtomicInteger();

    @Override
    public void execute(Runnable work) {
        waiting.add(work);
        if (pieces.getAndIncrement() == 0) {
            startDraining();
        }
    }

    /** Runs the work in the caller's thread, at once, if nothing runs or waits; otherwise in its turn. */
    void executeAtOnce(Runnable work) {
        if (!pieces.compareAndSet(0, 1)) {
            execute(work);
            return;
        }
        run(work);
        if (pieces.decrementAndGet() > 0) {
            startDraining();
        }
    }

    private void startDraining() {
        Thread.ofVirtual().name("cordon-gateway-machine").start(this::drain);
    }

    private void drain() {
        do {
            var work = waiting.poll();
            if (work != null) {
                run(work);
            }
        } while (pieces.decrementAndGet() > 0);
    }

    private static void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("gateway.work_failed");
        }
    }
}
