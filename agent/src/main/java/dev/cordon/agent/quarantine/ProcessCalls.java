package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.FileCallException;
import java.time.Duration;

/** The system calls on processes, by a descriptor that means this process and never another with its number. */
public interface ProcessCalls {

    /** Signals, as everywhere on Linux but on a few old processors. */
    int KILL = 9;

    int CONTINUE = 18;
    int STOP = 19;

    /** @throws FileCallException with ESRCH if there is none */
    int open(int pid) throws FileCallException;

    void signal(int descriptor, int signal) throws FileCallException;

    /** Whether it has ended, waiting for that as long as said. */
    boolean ended(int descriptor, Duration wait) throws FileCallException;

    void close(int descriptor);
}
