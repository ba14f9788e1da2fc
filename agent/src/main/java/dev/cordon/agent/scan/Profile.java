package dev.cordon.agent.scan;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Which files of a machine a scan looks at. */
sealed interface Profile permits FullProfile, QuickProfile {

    /** Goes over the files once, telling each of them once as far as memory allows. */
    void walk(Surroundings machine, Finds finds) throws InterruptedException, EngineException;

    /**
     * The machine to be scanned.
     *
     * @param root the top of its files
     * @param mountTable its {@code mountinfo}
     * @param excluded what no scan enters: the agent's own state, with its vault
     * @param now when the scan began
     */
    record Surroundings(Path root, Path mountTable, List<Path> excluded, Instant now) {

        public Surroundings {
            excluded = List.copyOf(excluded);
        }

        Mounts mounts() {
            return new Mounts(mountTable, root);
        }
    }
}
