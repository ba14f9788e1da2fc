package dev.cordon.agent.command;

import dev.cordon.agent.task.TaskException;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.ObjectKind;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Hands files that a command asked for over to the server. Safe for use by many threads. */
@FunctionalInterface
public interface ObjectSender {

    /**
     * Returns when the file is complete at the server, however often the connection is lost meanwhile.
     *
     * @param name shown to people; never a path
     * @param cancelled looked at now and then; the upload is then given up
     * @return the id of the upload
     * @throws TaskException if the server refuses it, the file cannot be read, or it was cancelled
     */
    String send(Command command, Path file, ObjectKind kind, String name, BooleanSupplier cancelled)
            throws TaskException, InterruptedException;
}
