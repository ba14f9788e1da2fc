package dev.cordon.fleet.machine;

import dev.cordon.agent.Agent;
import dev.cordon.agent.AgentException;
import dev.cordon.agent.AgentSettings;
import dev.cordon.agent.enrollment.Enroller;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.simulation.SimulatedFacts;
import dev.cordon.agent.simulation.SimulatedNetworkIsolation;
import dev.cordon.agent.simulation.SimulatedPlatform;
import dev.cordon.agent.simulation.SimulatedTasks;
import dev.cordon.agent.storage.StateDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine that exists only in this process: the agent's own code over the real protocol, an isolation of nothing. */
public final class SimulatedMachine implements FleetMachine {

    private final SimulatedFacts facts;
    private final Path state;
    private final Log log;
    private final SimulatedNetworkIsolation isolation = new SimulatedNetworkIsolation();
    private final SimulatedTasks tasks = new SimulatedTasks();
    private @Nullable Agent agent;

    /** @param directory where the agent's state goes */
    public SimulatedMachine(String name, String ipAddress, Path directory, Log log) {
        this.facts = new SimulatedFacts(name, "Debian", "12", ipAddress);
        this.state = directory.resolve(name);
        this.log = log.with("machine", name);
    }

    @Override
    public String name() {
        return facts.computerDnsName();
    }

    /** How the machine behaves when it is told to isolate itself. */
    public SimulatedNetworkIsolation isolation() {
        return isolation;
    }

    /** What the machine holds, and how it behaves when it is told anything else. */
    public SimulatedTasks tasks() {
        return tasks;
    }

    @Override
    public void enroll(String serverUrl, String token) {
        try {
            new Enroller(new StateDirectory(state), facts, log)
                    .enroll(URI.create(serverUrl), token, Optional.of(name()));
        } catch (EnrollmentException e) {
            throw new IllegalStateException(name() + " could not enroll: " + e.getMessage(), e);
        }
        startAgent();
    }

    @Override
    public void startAgent() {
        var settings = AgentSettings.of(state, log).withoutLocalSocket();
        var fresh = new Agent(settings, new SimulatedPlatform(isolation, tasks), facts, Clock.systemUTC());
        try {
            fresh.start();
        } catch (AgentException e) {
            throw new IllegalStateException(name() + " could not start: " + e.getMessage(), e);
        }
        agent = fresh;
    }

    @Override
    public void stopAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @Override
    public void killAgent() {
        stopAgent();
    }

    @Override
    public boolean isolated() {
        return isolation.inForce();
    }

    @Override
    public void close() {
        stopAgent();
    }
}
