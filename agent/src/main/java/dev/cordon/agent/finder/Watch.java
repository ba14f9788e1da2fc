package dev.cordon.agent.finder;

/** Follows a search, and may end it. Called by the thread that searches. */
public interface Watch {

    /** Whether to stop looking. */
    boolean cancelled();

    /** How far it is; called often. */
    void progress(int percent, String doing);
}
