package dev.cordon.agent;

import dev.cordon.agent.log.Log;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How one agent runs.
 *
 * @param stateDirectory where the agent keeps what outlives it; enrolled before it starts
 * @param log where its events go
 * @param firstRetry upper bound of the first wait before connecting again; doubles with every failure
 * @param longestRetry upper bound of every wait before connecting again
 * @param resolveEvery how often the gateways' names are resolved anew while connected
 * @param localSocket whether {@code status} and {@code release} are answered on a socket in the state directory
 */
public record AgentSettings(
        Path stateDirectory,
        Log log,
        Duration firstRetry,
        Duration longestRetry,
        Duration resolveEvery,
        boolean localSocket) {

    public AgentSettings {
        if (firstRetry.isNegative() || firstRetry.isZero() || longestRetry.compareTo(firstRetry) < 0) {
            throw new IllegalArgumentException("the first retry must be above zero and not above the longest");
        }
        if (resolveEvery.isNegative() || resolveEvery.isZero()) {
            throw new IllegalArgumentException("the gateways' names must be resolved at an interval above zero");
        }
    }

    /** The settings of an agent on a real machine. */
    public static AgentSettings of(Path stateDirectory, Log log) {
        return new AgentSettings(
                stateDirectory, log, Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60), true);
    }

    /** The same without a local socket: for simulated machines by the thousand. */
    public AgentSettings withoutLocalSocket() {
        return new AgentSettings(stateDirectory, log, firstRetry, longestRetry, resolveEvery, false);
    }

    /** The same with other bounds of the wait before connecting again. */
    public AgentSettings withRetry(Duration first, Duration longest) {
        return new AgentSettings(stateDirectory, log, first, longest, resolveEvery, localSocket);
    }
}
