package dev.cordon.server.actions;

import static dev.cordon.server.actions.LifeCycle.Event.CANCELLED;
import static dev.cordon.server.actions.LifeCycle.Event.EXPIRED;
import static dev.cordon.server.actions.LifeCycle.Event.FAILED;
import static dev.cordon.server.actions.LifeCycle.Event.STARTED;
import static dev.cordon.server.actions.LifeCycle.Event.SUCCEEDED;
import static dev.cordon.server.actions.LifeCycle.Event.WITHDRAWN;
import static dev.cordon.server.actions.Status.IN_PROGRESS;
import static dev.cordon.server.actions.Status.PENDING;

import java.util.List;
import java.util.Optional;

/**
 * The life of a machine action, in one table. Nothing else in the server decides which status follows which.
 *
 * <p>Delivery is no event here: that a command has left says nothing of what the machine does with it. What is not in
 * the table does not happen to an action's status:
 *
 * <ul>
 *   <li>anything out of {@code Succeeded}, {@code Failed}, {@code TimeOut}, {@code Cancelled}: clients stop asking once
 *       they see one of them, so none of them may turn out to be another;
 *   <li>{@code InProgress} started: the machine repeats its reports until it is told that they arrived;
 *   <li>{@code InProgress} withdrawn: only what was never delivered can be withdrawn, and what has started was.
 * </ul>
 */
public final class LifeCycle {

    /** What can happen to an action. */
    public enum Event {
        /** The machine has begun. */
        STARTED("started"),
        /** The machine did it and verified it. */
        SUCCEEDED("succeeded"),
        /** The machine tried and failed, or refused the command. */
        FAILED("failed"),
        /** Cancelled while its command was still here. */
        WITHDRAWN("withdrawn"),
        /** The machine confirms that the command never took effect. */
        CANCELLED("cancelled"),
        /** Its time is over. */
        EXPIRED("expired");

        private final String word;

        Event(String word) {
            this.word = word;
        }

        /** As the audit log and the diagram spell it. */
        public String word() {
            return word;
        }
    }

    /** A status, what happens, and the status after it. */
    public record Transition(Status from, Event event, Status to) {}

    private static final List<Transition> TABLE = List.of(
            new Transition(PENDING, STARTED, IN_PROGRESS),
            // the report of the start may have been lost for good with the machine's disk, the outcome counts
            new Transition(PENDING, SUCCEEDED, Status.SUCCEEDED),
            new Transition(PENDING, FAILED, Status.FAILED),
            new Transition(PENDING, WITHDRAWN, Status.CANCELLED),
            new Transition(PENDING, CANCELLED, Status.CANCELLED),
            new Transition(PENDING, EXPIRED, Status.TIME_OUT),
            new Transition(IN_PROGRESS, SUCCEEDED, Status.SUCCEEDED),
            new Transition(IN_PROGRESS, FAILED, Status.FAILED),
            new Transition(IN_PROGRESS, CANCELLED, Status.CANCELLED),
            new Transition(IN_PROGRESS, EXPIRED, Status.TIME_OUT));

    private LifeCycle() {}

    /** Every transition there is. */
    public static List<Transition> transitions() {
        return TABLE;
    }

    /** The status after an event; nothing if the event changes no action with this status. */
    public static Optional<Status> next(Status from, Event event) {
        return TABLE.stream()
                .filter(transition -> transition.from() == from && transition.event() == event)
                .map(Transition::to)
                .findFirst();
    }

    /** The table as a Mermaid state diagram. */
    static String diagram() {
        var text = new StringBuilder("stateDiagram-v2\n    [*] --> Pending : accepted\n");
        for (var transition : TABLE) {
            text.append("    %s --> %s : %s\n"
                    .formatted(
                            transition.from().word(),
                            transition.to().word(),
                            transition.event().word()));
        }
        for (var status : Status.values()) {
            if (status.isFinal()) {
                text.append("    ").append(status.word()).append(" --> [*]\n");
            }
        }
        return text.toString();
    }
}
