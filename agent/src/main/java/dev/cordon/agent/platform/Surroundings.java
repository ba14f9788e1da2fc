package dev.cordon.agent.platform;

import dev.cordon.agent.blocklist.BlockLists;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.log.Log;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What handlers have of the agent they work in. Immutable.
 *
 * @param stateDirectory where each handler may keep what outlives the agent, in a folder of its own
 * @param blockLists the tenant's list of blocked files, to be looked at or observed
 */
public record Surroundings(
        Path stateDirectory,
        Identity identity,
        ExecutionControl execution,
        BlockLists blockLists,
        Clock clock,
        Log log) {}
