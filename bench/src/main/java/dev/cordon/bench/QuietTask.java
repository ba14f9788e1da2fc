package dev.cordon.bench;

import dev.cordon.agent.task.TaskContext;
import dev.cordon.protocol.wire.ObjectKind;
import java.nio.file.Path;

/** What a task that is only measured is told and may do: nobody listens, what it hands over stays where it is. */
record QuietTask(Path folder) implements TaskContext {

    @Override
    public boolean repeated() {
        return false;
    }

    @Override
    public boolean cancelled() {
        return false;
    }

    @Override
    public void progress(int percent, String doing) {}

    @Override
    public String upload(Path file, ObjectKind kind, String name) {
        return name;
    }
}
