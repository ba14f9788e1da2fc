package dev.cordon.agent.linux.execution;

import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.log.Log;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells refusals, many as one: a file that is tried again and again is told once in ten seconds, with the number of
 * tries, and at most twenty files at a time. What is told is short and made of escaped text. Safe for use by many
 * threads.
 */
final class Denials implements AutoCloseable {

    private static final long EVERY_MILLIS = 10_000;
    private static final int MOST_FILES = 20;
    private static final int MOST_TEXT = 1_800;

    private final ExecutionEvents events;
    private final Log log;
    private final long everyMillis;
    private final Map<Object, Denial> waiting = new LinkedHashMap<>();
    private final Thread thread;
    private long untold;
    private boolean closed;

    private static final class Denial {
        final String first;
        int times;

        Denial(String first) {
            this.first = first;
        }
    }

    Denials(ExecutionEvents events, Log log) {
        this(events, log, EVERY_MILLIS);
    }

    Denials(ExecutionEvents events, Log log, long everyMillis) {
        this.events = events;
        this.log = log;
        this.everyMillis = everyMillis;
        this.thread = Thread.ofVirtual().name("execution-denials").start(this::tell);
    }

    /** Makes the text about a refusal; asked only for the first of many, while the one who tried still waits. */
    interface Details {
        String text();
    }

    /** @param what stands for the file and the reason, equal by value */
    synchronized void note(Object what, Details details) {
        Denial denial = waiting.get(what);
        if (denial == null) {
            if (waiting.size() >= MOST_FILES) {
                untold++;
                return;
            }
            denial = new Denial(details.text());
            waiting.put(what, denial);
            if (waiting.size() == 1) {
                notifyAll();
            }
        }
        denial.times++;
    }

    private void tell() {
        try {
            while (true) {
                synchronized (this) {
                    while (waiting.isEmpty()) {
                        if (closed) {
                            return;
                        }
                        wait();
                    }
                }
                flush();
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void pause() throws InterruptedException {
        long end = System.nanoTime() + everyMillis * 1_000_000;
        for (long rest = everyMillis; !closed && rest > 0; rest = (end - System.nanoTime()) / 1_000_000) {
            wait(rest);
        }
    }

    private void flush() {
        String text;
        synchronized (this) {
            var all = new StringBuilder();
            for (var denial : waiting.values()) {
                if (all.length() + denial.first.length() > MOST_TEXT) {
                    untold += denial.times;
                    continue;
                }
                all.append(all.isEmpty() ? "" : "; ").append(denial.first);
                if (denial.times > 1) {
                    all.append(" (").append(denial.times).append(" times)");
                }
            }
            if (untold > 0) {
                all.append("; ").append(untold).append(" more");
            }
            waiting.clear();
            untold = 0;
            text = all.toString();
        }
        log.warn("execution-denied", "what", text);
        events.denied(text);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            if (!thread.join(java.time.Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
