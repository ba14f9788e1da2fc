package dev.cordon.agent;

import dev.cordon.agent.task.TaskHandler;
import java.nio.file.Path;
import java.util.List;

/** The handlers of everything but isolations that this machine can have. Stateless. */
final class PlatformTasks {

    private PlatformTasks() {}

    /** @param stateDirectory where handlers keep what outlives the agent, each in a folder of its own */
    static List<TaskHandler> open(Path stateDirectory) {
        return List.of();
    }
}
