package dev.cordon.agent.quarantine;

import dev.cordon.agent.task.TaskContext;
import dev.cordon.protocol.wire.ObjectKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The agent around a task: keeps what is handed over. */
final class TestTask implements TaskContext {

    private final Path folder;
    private final boolean repeated;
    private final List<Upload> uploads = new ArrayList<>();
    private volatile boolean cancelled;
    private int cancelAfter = Integer.MAX_VALUE;

    record Upload(String name, ObjectKind kind, String content) {}

    TestTask(Path folder, boolean repeated) {
        this.folder = folder;
        this.repeated = repeated;
    }

    /** Cancels when it was asked so many times. */
    TestTask cancelAfter(int questions) {
        cancelAfter = questions;
        return this;
    }

    List<Upload> uploads() {
        return uploads;
    }

    @Override
    public boolean repeated() {
        return repeated;
    }

    @Override
    public boolean cancelled() {
        cancelled |= cancelAfter-- <= 0;
        return cancelled;
    }

    @Override
    public void progress(int percent, String doing) {}

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public String upload(Path file, ObjectKind kind, String name) {
        try {
            uploads.add(new Upload(name, kind, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return "upload-" + uploads.size();
    }
}
