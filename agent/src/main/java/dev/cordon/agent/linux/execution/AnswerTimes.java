package dev.cordon.agent.linux.execution;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long those who start a program wait for the agent where its verdict is known: by the clock, from the moment at which
 * the agent has read the kernel's question until it has given its answer to the kernel, which wakes the one who waits.
 * What the kernel takes to wake the agent before, and what the agent does afterwards, is not in it.
 *
 * <p>Safe for use by many threads.
 */
public final class AnswerTimes {

    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    AnswerTimes() {}

    void add(long answerNanos) {
        nanos.addAndGet(answerNanos);
        answers.incrementAndGet();
    }

    /** How many answers were given. */
    public long answers() {
        return answers.get();
    }

    /** All of them together. */
    public long nanos() {
        return nanos.get();
    }
}
