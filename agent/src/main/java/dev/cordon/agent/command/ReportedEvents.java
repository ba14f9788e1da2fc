package dev.cordon.agent.command;

import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.EventKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reports what execution control tells, on a thread of its own, because those who tell must not wait for a disk. When
 * too much waits the newest is left out. Safe for use by many threads.
 */
public final class ReportedEvents implements ExecutionEvents, AutoCloseable {

    private static final int CAPACITY = 64;

    private final Journal journal;
    private final Reports reports;
    private final Uplink uplink;
    private final Log log;
    private final BlockingQueue<Optional<Told>> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private volatile boolean closed;

    private record Told(EventKind kind, String message) {}

    public ReportedEvents(Journal journal, Reports reports, Uplink uplink, Log log) {
        this.journal = journal;
        this.reports = reports;
        this.uplink = uplink;
        this.log = log;
        Thread.ofVirtual().name("events").start(this::run);
    }

    @Override
    public void denied(String message) {
        tell(new Told(EventKind.EVENT_KIND_EXECUTION_DENIED, message));
    }

    @Override
    public void lost(String message) {
        tell(new Told(EventKind.EVENT_KIND_EXECUTION_CONTROL_LOST, message));
    }

    private void tell(Told told) {
        if (!waiting.offer(Optional.of(told))) {
            log.debug("event-left-out", "event", told.kind());
        }
    }

    private void run() {
        try {
            while (!closed) {
                waiting.take().ifPresent(this::report);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Told told) {
        log.warn("execution-event", "event", told.kind(), "message", told.message());
        try {
            journal.write(transaction -> {
                reports.event(transaction, told.kind(), told.message(), List.of());
                return true;
            });
            uplink.reportsWaiting();
        } catch (JournalException e) {
            log.error(e, "event-not-journaled", "event", told.kind());
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.clear();
        waiting.offer(Optional.empty());
    }
}
