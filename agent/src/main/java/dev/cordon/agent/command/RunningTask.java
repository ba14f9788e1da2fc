package dev.cordon.agent.command;

import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import dev.cordon.protocol.wire.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One command while its handler carries it out. Safe for use by many threads. */
final class RunningTask implements TaskContext {

    private static final Duration PROGRESS_PAUSE = Duration.ofSeconds(1);
    private static final int MAX_DOING = 200;

    private final Command command;
    private final boolean repeated;
    private final Path folder;
    private final ObjectSender sender;
    private final Consumer<Progress> tell;
    private final AtomicLong lastTold = new AtomicLong(System.nanoTime() - PROGRESS_PAUSE.toNanos());
    private volatile @Nullable String letBeBecause;

    RunningTask(Command command, boolean repeated, Path folder, ObjectSender sender, Consumer<Progress> tell) {
        this.command = command;
        this.repeated = repeated;
        this.folder = folder;
        this.sender = sender;
        this.tell = tell;
    }

    long sequence() {
        return command.getSequence();
    }

    /** Asks the handler to stop. */
    void letBe(String because) {
        letBeBecause = because;
    }

    /** Why the handler was asked to stop, if it was. */
    Optional<String> letBeBecause() {
        return Optional.ofNullable(letBeBecause);
    }

    @Override
    public boolean repeated() {
        return repeated;
    }

    @Override
    public boolean cancelled() {
        return letBeBecause != null;
    }

    @Override
    public void progress(int percent, String doing) {
        long now = System.nanoTime();
        long before = lastTold.get();
        if (now - before < PROGRESS_PAUSE.toNanos() || !lastTold.compareAndSet(before, now)) {
            return;
        }
        tell.accept(Progress.newBuilder()
                .setSequence(command.getSequence())
                .setPercent(Math.clamp(percent, 0, 100))
                .setDoing(Reports.line(doing, MAX_DOING))
                .build());
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String upload(Path file, ObjectKind kind, String name) throws TaskException, InterruptedException {
        return sender.send(command, file, kind, name, this::cancelled);
    }
}
