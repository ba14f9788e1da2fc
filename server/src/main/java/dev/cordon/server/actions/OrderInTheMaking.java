package dev.cordon.server.actions;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * An order that another thread makes and signs while the transaction that needs it goes on. Who waits for it makes it
 * himself if no thread has begun, so that a busy machine delays nobody.
 */
final class OrderInTheMaking {

    private final FutureTask<SealedOrder> task;

    private OrderInTheMaking(FutureTask<SealedOrder> task) {
        this.task = task;
    }

    static OrderInTheMaking begin(Supplier<SealedOrder> maker) {
        var task = new FutureTask<>(maker::get);
        Thread.ofVirtual().name("cordon-seal").start(task);
        return new OrderInTheMaking(task);
    }

    /** Waits for it. What its maker throws is thrown here. */
    SealedOrder sealed() {
        task.run();
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while an order was being signed", e);
        }
    }
}
