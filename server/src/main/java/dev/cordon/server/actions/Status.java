package dev.cordon.server.actions;

import java.util.Arrays;

/** Where a machine action stands. There are no others, because clients know no others. */
public enum Status {
    /** Accepted; the machine has not said anything yet. */
    PENDING("Pending", false),
    /** The machine works on it. */
    IN_PROGRESS("InProgress", false),
    /** The machine did it and has looked at the result. */
    SUCCEEDED("Succeeded", true),
    FAILED("Failed", true),
    TIME_OUT("TimeOut", true),
    CANCELLED("Cancelled", true);

    private final String word;
    private final boolean last;

    Status(String word, boolean last) {
        this.word = word;
        this.last = last;
    }

    /** As the API and the store spell it. */
    public String word() {
        return word;
    }

    /** As the API of the preview spells it, which knew neither waiting nor time-outs. */
    String earlyWord() {
        return switch (this) {
            case PENDING -> IN_PROGRESS.word;
            case TIME_OUT -> FAILED.word;
            default -> word;
        };
    }

    /** Whether an action with this status never changes it again. */
    public boolean isFinal() {
        return last;
    }

    /** The status that a stored word stands for. */
    static Status of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no status is called " + word));
    }
}
