package dev.cordon.agent;

import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.IdentityStore;
import dev.cordon.agent.facts.FactsSource;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.storage.StateDirectory;
import java.time.Clock;

/**
 * One agent: keeps the machine as it was last told to be, and its channel to the gateway. {@link #start} returns once
 * the machine's isolation is as the journal says; the connection is made in the background.
 *
 * <p>Safe for use by many threads; many agents may run in one process.
 */
public final class Agent implements AutoCloseable {

    private final AgentSettings settings;

    /** @param isolation is used by this agent alone and closed with it */
    public Agent(AgentSettings settings, NetworkIsolation isolation, FactsSource facts, Clock clock) {
        this.settings = settings;
    }

    /**
     * @throws AgentException if the machine is not enrolled, the state directory is in use by another agent, or the
     *     journal is damaged
     */
    public void start() throws AgentException {
        try {
            if (new IdentityStore(new StateDirectory(settings.stateDirectory()))
                    .load()
                    .isEmpty()) {
                throw new AgentException("not enrolled", null);
            }
        } catch (EnrollmentException e) {
            throw new AgentException("the identity cannot be read", e);
        }
    }

    /** Ends the connection and leaves the machine as it is: an isolation stays in force. */
    @Override
    public void close() {}
}
