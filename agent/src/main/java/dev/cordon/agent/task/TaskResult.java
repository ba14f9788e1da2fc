package dev.cordon.agent.task;

import dev.cordon.protocol.wire.Outcome;

/** How a task ended that did not throw. Immutable. */
public sealed interface TaskResult {

    /** It ran to its end; the outcome says how, and what was looked at before that was claimed. */
    record Ended(Outcome outcome) implements TaskResult {}

    /** It was let be on request and nothing of it is left. */
    record Cancelled() implements TaskResult {}
}
