package dev.cordon.agent.linux.execution;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Somebody waits for a verdict about this file. Answered once, by whoever is first.
 *
 * @param descriptor the kernel's, open for reading
 * @param pid who waits
 * @param onlyRoot nobody but root may write it
 * @param interpreter the kernel opened it to run the program that this one is just starting, and only root may write it
 * @param opened the file was opened, not started
 * @param leased no one can open the file for writing until the descriptor is closed
 * @param since when it was taken, {@link System#nanoTime}
 */
record Pending(
        int descriptor,
        int pid,
        boolean opened,
        boolean onlyRoot,
        boolean interpreter,
        FileState state,
        boolean leased,
        long since,
        AtomicBoolean answered) {

    /** The same, as the file is by now. */
    Pending as(FileState now, boolean onlyRootNow, boolean leasedNow) {
        return new Pending(
                descriptor, pid, opened, onlyRootNow, interpreter && onlyRootNow, now, leasedNow, since, answered);
    }
}
