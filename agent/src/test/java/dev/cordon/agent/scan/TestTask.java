package dev.cordon.agent.scan;

import dev.cordon.agent.task.TaskContext;
import dev.cordon.protocol.wire.ObjectKind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The agent around a task, as far as a scan needs it. */
final class TestTask implements TaskContext {

    private final Path folder;
    private final List<Integer> percents = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;
    private volatile Runnable whenProgress = () -> {};

    TestTask(Path folder) {
        this.folder = folder;
    }

    void cancel() {
        cancelled = true;
    }

    /** What is done, in the scan's thread, whenever it tells how far it is. */
    void whenProgress(Runnable action) {
        whenProgress = action;
    }

    List<Integer> percents() {
        return percents;
    }

    @Override
    public boolean repeated() {
        return false;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void progress(int percent, String doing) {
        percents.add(percent);
        whenProgress.run();
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String upload(Path file, ObjectKind kind, String name) {
        throw new UnsupportedOperationException("a scan hands nothing over");
    }
}
