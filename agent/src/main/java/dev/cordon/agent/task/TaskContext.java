package dev.cordon.agent.task;

import dev.cordon.protocol.wire.ObjectKind;
import java.nio.file.Path;

/** What a running task has of the agent around it. Safe for use by many threads. */
public interface TaskContext {

    /** The agent was restarted in the middle of this command: its traces may be there. */
    boolean repeated();

    /** Somebody asked to let the command be. A task that can stops, undoes what it did, and ends as cancelled. */
    boolean cancelled();

    /** Tells how far the task is; may be lost, may be called often. */
    void progress(int percent, String doing);

    /** A folder of this command alone in the agent's state directory, mode 0700; removed when the command has ended. */
    Path folder();

    /**
     * Hands a file over to the server and returns when it is complete there; goes on by itself after every loss of the
     * connection, also over a restart of the agent.
     *
     * @param name shown to people; never a path
     * @return the id of the upload, for {@code Outcome.uploads}
     * @throws TaskException if the server refuses it or the file cannot be read, or the task was cancelled meanwhile
     */
    String upload(Path file, ObjectKind kind, String name) throws TaskException, InterruptedException;
}
