package dev.cordon.agent.platform;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.task.TaskHandler;
import java.util.List;

/**
 * Makes the parts that act on a machine. The agent asks for each of them once, in the order of these methods, and closes
 * what it was given.
 */
public interface Platform {

    NetworkIsolation isolation();

    /** @param events told what happens without an order */
    ExecutionControl execution(ExecutionEvents events);

    /** The handlers of everything but isolations; no two share an order. */
    List<TaskHandler> handlers(Surroundings around);
}
