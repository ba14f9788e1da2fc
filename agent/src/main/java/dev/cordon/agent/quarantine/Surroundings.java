package dev.cordon.agent.quarantine;

import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.log.Log;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the handlers of files work in. Immutable.
 *
 * @param root where the machine's configuration and package database are looked up; {@code /} but in tests
 * @param disks the folders below which files are searched, asked anew for each search
 * @param own files and folders of the agent and its run time, which are never taken
 */
public record Surroundings(
        Path stateDirectory,
        RawPath root,
        Supplier<List<RawPath>> disks,
        List<RawPath> own,
        FileCalls files,
        ProcessCalls processes,
        Services services,
        RpmDatabase rpm,
        ExecutionControl execution,
        InstantSource clock,
        Log log) {

    public Surroundings {
        own = List.copyOf(own);
    }

    /** A path of the machine, where it is looked up. */
    RawPath at(String path) {
        return root.append(RawPath.of(path));
    }
}
