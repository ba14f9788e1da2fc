package dev.cordon.agent.linux.execution;

/** What is answered about a file, and why. */
enum Verdict {
    ALLOWED,
    /** Its hash is on the tenant's list, or refused for the time of a task. */
    BLOCKED,
    /** The machine is restricted and the file is not trusted. */
    UNTRUSTED,
    /** Allowed, but would be refused if the machine were restricted and not just monitored. */
    WATCHED;

    boolean denies() {
        return this == BLOCKED || this == UNTRUSTED;
    }
}
