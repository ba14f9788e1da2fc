package dev.cordon.agent.quarantine;

import java.util.Collection;

/** The machine's service manager. What it cannot do in time is said in the log, and does not end a task. */
public interface Services {

    /** Whether it runs here. */
    boolean running();

    /** Reads the units again after files of them came or went. */
    void reload();

    /** Ends what runs of these units. */
    void stop(Collection<String> units);

    /** For machines without one. */
    Services NONE = new Services() {
        @Override
        public boolean running() {
            return false;
        }

        @Override
        public void reload() {}

        @Override
        public void stop(Collection<String> units) {}
    };
}
