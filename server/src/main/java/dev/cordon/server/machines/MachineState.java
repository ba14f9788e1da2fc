package dev.cordon.server.machines;

import dev.cordon.protocol.wire.Aspect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Intent and truth of one aspect of a machine: what was asked for, and what the machine last said it is.
 *
 * @param desired what was asked for; {@code None} before anything was
 * @param desiredSequence of the command that asked for it; 0 if none did
 * @param desiredAt null before anything was asked for
 * @param observed null until the machine has said how it stands
 * @param observedSequence of the command that brought it about; 0 if none did
 */
public record MachineState(
        Aspect aspect,
        String desired,
        long desiredSequence,
        @Nullable Instant desiredAt,
        @Nullable String observed,
        long observedSequence,
        @Nullable Instant observedAt) {

    /** Value of an aspect in which nothing is in force. */
    public static final String NONE = "None";

    /** Whether the machine says it is otherwise than was asked for. While an action is open that is no drift yet. */
    public boolean differs() {
        return observed != null && !observed.equals(desired);
    }
}
