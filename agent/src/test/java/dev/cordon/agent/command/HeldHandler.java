package dev.cordon.agent.command;

import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Support;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A handler that works for as long as a test needs, and remembers what it was told. */
final class HeldHandler implements TaskHandler {

    final List<Long> runs = new CopyOnWriteArrayList<>();
    final List<Boolean> repeated = new CopyOnWriteArrayList<>();
    final Semaphore mayEnd = new Semaphore(0);
    volatile boolean heedsCancellation = true;
    volatile Support support = Support.SUPPORT_ENFORCED;
    volatile String failure = "";
    private final Command.OrderCase order;
    private final Lane lane;

    HeldHandler(Command.OrderCase order, Lane lane) {
        this.order = order;
        this.lane = lane;
    }

    /** One that ends at once. */
    HeldHandler free() {
        mayEnd.release(1_000);
        return this;
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(order);
    }

    @Override
    public Lane lane() {
        return lane;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName("Held")
                .setSupport(support)
                .addLimits("install it")
                .build();
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        runs.add(command.getSequence());
        repeated.add(context.repeated());
        context.progress(50, "half\nway");
        while (!mayEnd.tryAcquire(5, TimeUnit.MILLISECONDS)) {
            if (heedsCancellation && context.cancelled()) {
                return new TaskResult.Cancelled();
            }
        }
        if (!failure.isEmpty()) {
            throw new TaskException(failure);
        }
        return new TaskResult.Ended(
                Outcome.newBuilder().setResult(Result.RESULT_SUCCEEDED).build());
    }
}
