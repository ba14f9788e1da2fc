package dev.cordon.agent;

import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.DurableFiles;
import dev.cordon.agent.storage.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends an agent that has been taken off its machine: once the server has confirmed that, or does not let the machine in
 * any more, which says the same. Safe for use by many threads.
 */
final class Departure {

    /** How long the confirmation is waited for: the machine is free already, and the server may have let it go. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Journal journal;
    private final Log log;
    private final Runnable leave;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile long waitingSince;

    /** @param leave stops the agent; run once, on a thread of its own */
    Departure(Journal journal, Runnable leave, Log log) {
        this.journal = journal;
        this.leave = leave;
        this.log = log;
    }

    /** Goes if it is time to; called after every confirmation, and now and then. */
    void look() {
        if (journal.read(JournalState::offboarded) == 0) {
            return;
        }
        if (waitingSince == 0) {
            waitingSince = System.nanoTime() | 1;
        }
        if (journal.read(JournalState::departed) || System.nanoTime() - waitingSince > PATIENCE.toNanos()) {
            go();
        }
    }

    /** The server does not know this machine any more. */
    void dismissed() {
        if (journal.read(JournalState::offboarded) != 0) {
            go();
        }
    }

    private void go() {
        if (left.compareAndSet(false, true)) {
            log.warn("offboarded");
            Thread.ofVirtual().name("departure").start(leave);
        }
    }

    /** Deletes what made this machine known; quarantined files stay. The journal goes last: it says why. */
    static void forget(StateDirectory state) throws IOException {
        DurableFiles.delete(state.properties());
        DurableFiles.delete(state.pendingKey());
        DurableFiles.delete(state.identity());
        if (Files.isDirectory(state.journal())) {
            try (var files = Files.newDirectoryStream(state.journal())) {
                for (var file : files) {
                    DurableFiles.delete(file);
                }
            }
        }
    }
}
