package dev.cordon.agent.execution;

/** What may start besides what is blocked by its hash, which never may. */
public enum ExecutionMode {
    /** Everything. */
    NONE("None"),
    /** Only what is trusted. */
    RESTRICTED("Restricted"),
    /** Everything, but what is not trusted is reported. */
    MONITORED("Monitored");

    private final String wireName;

    ExecutionMode(String wireName) {
        this.wireName = wireName;
    }

    /** As the protocol's observed states spell it. */
    public String wireName() {
        return wireName;
    }
}
