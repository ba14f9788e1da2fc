package dev.cordon.agent.simulation;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.platform.Platform;
import dev.cordon.agent.platform.Surroundings;
import dev.cordon.agent.task.TaskHandler;
import java.util.List;

/**
 * A machine that does not exist. Both parts outlive the agent, like a kernel's rules and a disk.
 *
 * @param tasks how the machine behaves when it is told anything but to isolate itself
 */
public record SimulatedPlatform(SimulatedNetworkIsolation isolation, SimulatedTasks tasks) implements Platform {

    @Override
    public ExecutionControl execution(ExecutionEvents events) {
        return new SimulatedExecutionControl();
    }

    @Override
    public List<TaskHandler> handlers(Surroundings around) {
        return tasks.handlers();
    }
}
