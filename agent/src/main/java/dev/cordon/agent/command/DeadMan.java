package dev.cordon.agent.command;

import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.wire.Attempt;
import dev.cordon.agent.journal.wire.LocalCause;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The dead-man rule: an isolation whose gateway does not answer in time after the cut is undone. The deadline is in the
 * journal, so that no restart forgets it. Used by the isolation's worker only.
 */
final class DeadMan {

    /** How long the channel gets to come back after a restart in the middle of an isolation, at least. */
    static final Duration RESTART_GRACE = Duration.ofSeconds(15);

    /** How long an isolation without a dead-man rule waits for the gateway's answer before it does without. */
    private static final Duration UNCONDITIONAL_WAIT = Duration.ofSeconds(5);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Journal journal;
    private final Enforcement enforcement;
    private final WorkLoop loop;
    private final Clock clock;
    private final Log log;

    DeadMan(Journal journal, Enforcement enforcement, WorkLoop loop, Clock clock, Log log) {
        this.journal = journal;
        this.enforcement = enforcement;
        this.loop = loop;
        this.clock = clock;
        this.log = log;
    }

    /** The attempt to carry this command out, with the deadline that runs from now. */
    Attempt attempt(Command command) {
        var attempt = Attempt.newBuilder().setSequence(command.getSequence());
        int deadMan = command.getIsolate().getDeadManSeconds();
        if (deadMan > 0) {
            attempt.setDeadManDeadlineMicros(micros(clock.instant().plusSeconds(deadMan)));
        }
        return attempt.build();
    }

    /** After a restart: once, the channel gets a little time more than the rule has left. */
    void giveGrace(Command command) {
        long grace = micros(clock.instant().plus(RESTART_GRACE));
        loop.patiently(transaction -> {
            var attempt = transaction.state().attempt().orElseGet(() -> attempt(command));
            if (attempt.getDeadManDeadlineMicros() != 0
                    && attempt.getDeadManDeadlineMicros() < grace
                    && !attempt.getGraceGiven()) {
                transaction.attempt(attempt.toBuilder()
                        .setDeadManDeadlineMicros(grace)
                        .setGraceGiven(true)
                        .build());
            }
            return true;
        });
    }

    /** Waits for the gateway's answer until the deadline; without one, for a moment only. */
    boolean heard(long sequence, CompletableFuture<Void> sign) {
        long giveUp = System.nanoTime() + UNCONDITIONAL_WAIT.toNanos();
        while (true) {
            try {
                sign.get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                loop.stopIfClosed();
                boolean conditional = deadline(sequence) != 0;
                if (!current(sequence)
                        || (conditional && overdue(sequence))
                        || (!conditional && System.nanoTime() > giveUp)) {
                    return false;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("a sign of life cannot fail", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WorkLoop.StoppedException();
            }
        }
    }

    boolean overdue(long sequence) {
        long deadline = deadline(sequence);
        return deadline != 0 && micros(clock.instant()) >= deadline;
    }

    private long deadline(long sequence) {
        return journal.read(state -> state.attempt()
                .filter(attempt -> attempt.getSequence() == sequence)
                .map(Attempt::getDeadManDeadlineMicros)
                .orElse(0L));
    }

    void rollBack(long sequence) {
        log.warn("dead-man-roll-back", "sequence", sequence);
        try {
            enforcement.decide(LocalCause.LOCAL_CAUSE_DEAD_MAN, state -> current(state, sequence));
        } catch (JournalException e) {
            log.error(e, "dead-man-roll-back-not-journaled");
            loop.pause(WorkLoop.RETRY);
        }
    }

    /** Whether this command is still the one that changes the network, and no decision on the machine has ended it. */
    boolean current(long sequence) {
        return journal.read(state -> current(state, sequence));
    }

    static boolean current(JournalState state, long sequence) {
        return !unsettled(state)
                && state.attempt()
                        .filter(attempt -> attempt.getSequence() == sequence)
                        .isPresent();
    }

    static boolean unsettled(JournalState state) {
        return state.intent().getUnsettled() != LocalCause.LOCAL_CAUSE_UNSPECIFIED;
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
