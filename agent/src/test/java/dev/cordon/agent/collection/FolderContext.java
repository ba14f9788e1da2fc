package dev.cordon.agent.collection;

import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.protocol.wire.ObjectKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A task with a folder, whose uploads stay on the disk. */
final class FolderContext implements TaskContext {

    final List<String> doing = new CopyOnWriteArrayList<>();
    volatile boolean cancelled;
    volatile String refusal = "";
    /** How many more steps are made before the agent dies; none if below 0. */
    int stepsToDeath = -1;

    private final Path folder;

    FolderContext(Path folder) {
        this.folder = folder;
    }

    Path uploaded() {
        return folder.resolveSibling("uploaded.zip");
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
    public void progress(int percent, String what) {
        doing.add(what);
        step();
    }

    private void step() {
        if (stepsToDeath-- == 0) {
            throw new Death();
        }
    }

    /** Stands for the end of the process. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String upload(Path file, ObjectKind kind, String name) throws TaskException {
        step();
        if (!refusal.isEmpty()) {
            throw new TaskException(refusal);
        }
        try {
            Files.copy(file, uploaded());
        } catch (java.io.IOException e) {
            throw new TaskException("no copy", e);
        }
        return kind.name() + " " + name;
    }
}
