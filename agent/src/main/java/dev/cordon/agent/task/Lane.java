package dev.cordon.agent.task;

/**
 * Orders of one lane are carried out one after the other, in the order of their sequence; lanes do not wait for each
 * other, so that no scan holds up an isolation.
 */
public enum Lane {
    /** What may be executed, and the end of the agent itself. */
    EXECUTION,
    /** Files: stop and quarantine, restore, sample. */
    FILES,
    /** Antivirus scans. */
    SCAN,
    /** Investigation packages. */
    COLLECTION
}
