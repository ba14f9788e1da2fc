package dev.cordon.agent.execution;

import dev.cordon.agent.hash.FileHashSet;
import java.util.List;

/**
 * What may start on a restricted machine. Immutable.
 *
 * @param monitorOnly deny nothing, report what would have been denied
 * @param coverInterpreters judge also what interpreters and the dynamic loader open; every open on the machine costs more
 * @param trusted files by SHA-256, in addition to those of installed packages
 * @param trustedPaths absolute; a folder ends with a slash and means all below it
 */
public record TrustPolicy(
        boolean monitorOnly, boolean coverInterpreters, FileHashSet trusted, List<String> trustedPaths) {

    public TrustPolicy {
        trustedPaths = List.copyOf(trustedPaths);
    }

    public ExecutionMode mode() {
        return monitorOnly ? ExecutionMode.MONITORED : ExecutionMode.RESTRICTED;
    }
}
