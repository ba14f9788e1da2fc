package dev.cordon.agent.command;

import com.google.protobuf.ByteString;
import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Attempt;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.journal.wire.LocalCause;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.Started;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out accepted commands, one at a time, in the order of their sequence.
 *
 * <p>The journal is the queue: what is to be done next is asked of it, and every step is in it before the next one. So a
 * restart at any point finds the command that was under way, does it again (both orders can be repeated) and lets
 * looking at the machine decide how it ended. An isolation succeeds only when its rules were seen, probing found nothing
 * that passes, and the gateway has answered a question asked after the cut; if that answer does not come in time, the
 * dead-man rule undoes the cut before anything was claimed. One thread of its own.
 */
public final class CommandWorker implements AutoCloseable {

    /** How long the channel gets to come back after a restart in the middle of an isolation, at least. */
    static final Duration RESTART_GRACE = Duration.ofSeconds(15);

    /** How long an isolation without a dead-man rule waits for the gateway's answer before it does without. */
    private static final Duration UNCONDITIONAL_WAIT = Duration.ofSeconds(5);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Journal journal;
    private final Reports reports;
    private final Enforcement enforcement;
    private final Uplink uplink;
    private final Clock clock;
    private final ServerClock serverClock;
    private final Log log;
    private final Semaphore work = new Semaphore(1);
    private volatile boolean closed;
    private volatile @Nullable Thread thread;

    public CommandWorker(
            Journal journal,
            Reports reports,
            Enforcement enforcement,
            Uplink uplink,
            Clock clock,
            ServerClock serverClock,
            Log log) {
        this.journal = journal;
        this.reports = reports;
        this.enforcement = enforcement;
        this.uplink = uplink;
        this.clock = clock;
        this.serverClock = serverClock;
        this.log = log;
    }

    public void start() {
        thread = Thread.ofVirtual().name("worker").start(this::run);
    }

    /** The journal may hold a command to carry out. */
    public void workWaiting() {
        work.release();
    }

    private void run() {
        while (!closed) {
            try {
                if (!carryOutNext()) {
                    work.acquire();
                    work.drainPermits();
                }
            } catch (StoppedException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (JournalException | RuntimeException e) {
                log.error(e, "command-interrupted", "retryIn", RETRY);
                pause(RETRY);
            }
        }
    }

    /** Carries out the next command, if there is one. */
    boolean carryOutNext() throws JournalException {
        if (!enforcement.settle()) {
            pause(RETRY);
            return true;
        }
        var next = journal.read(JournalState::firstOpen);
        next.ifPresent(this::carryOut);
        return next.isPresent();
    }

    private void carryOut(JournaledCommand entry) {
        var command = entry.command();
        boolean fresh = entry.stage() == Stage.STAGE_ACCEPTED;
        if (!(fresh ? begin(command) : resume(command))) {
            return;
        }
        uplink.reportsWaiting();
        if (command.hasIsolate()) {
            isolate(command);
        } else {
            release(command);
        }
        uplink.reportsWaiting();
    }

    /** Journals that the command has started, unless it was cancelled or has expired meanwhile. */
    private boolean begin(Command command) {
        long sequence = command.getSequence();
        return patiently(transaction -> {
            var state = transaction.state();
            boolean waiting = state.command(sequence)
                    .filter(entry -> entry.stage() == Stage.STAGE_ACCEPTED)
                    .isPresent();
            if (!waiting || unsettled(state)) {
                return false;
            }
            var expired = CommandVerifier.expired(command, serverClock.now());
            if (expired.isPresent()) {
                long number = reports.about(
                        transaction,
                        sequence,
                        command.getActionId(),
                        List.of(),
                        report -> report.setRefused(Reports.refused(expired.get())));
                transaction.end(sequence, number);
                return false;
            }
            transaction.start(sequence);
            transaction.attempt(attempt(command));
            reports.about(
                    transaction,
                    sequence,
                    command.getActionId(),
                    List.of(),
                    report -> report.setStarted(Started.getDefaultInstance()));
            return true;
        });
    }

    private Attempt attempt(Command command) {
        var attempt = Attempt.newBuilder().setSequence(command.getSequence());
        int deadMan = command.getIsolate().getDeadManSeconds();
        if (deadMan > 0) {
            attempt.setDeadManDeadlineMicros(micros(clock.instant().plusSeconds(deadMan)));
        }
        return attempt.build();
    }

    /** After a restart: once, the channel gets a little time more than the dead-man rule has left. */
    private boolean resume(Command command) {
        log.warn("command-resumed", "sequence", command.getSequence());
        long grace = micros(clock.instant().plus(RESTART_GRACE));
        return patiently(transaction -> {
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

    private void isolate(Command command) {
        long sequence = command.getSequence();
        long since = System.nanoTime();
        var checks = new ArrayList<Check>();
        var cut = enforcement.exclusively(() -> cut(command, checks));
        if (cut.problem().isPresent()) {
            finish(command, Reports.failed(cut.problem().get(), checks), Optional.empty());
            return;
        }
        var sign = cut.sign();
        if (sign.isPresent() && heard(sequence, sign.get())) {
            checks.add(Check.newBuilder()
                    .setName("channel")
                    .setPassed(true)
                    .setDetail("the gateway answered after the cut")
                    .setMillis((int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since))
                    .build());
        } else if (current(sequence) && overdue(sequence)) {
            rollBackDeadMan(sequence);
            return;
        }
        if (sign.isPresent()) {
            var intent = Intent.newBuilder()
                    .setCommand(payload(sequence))
                    .setSequence(sequence)
                    .build();
            finish(command, Reports.succeeded(checks), Optional.of(intent));
        }
    }

    /** Applies and looks; a cut that is not as asked is taken back before anybody else touches the network. */
    private Cut cut(Command command, List<Check> checks) {
        if (!current(command.getSequence()) || overdue(command.getSequence())) {
            return new Cut(Optional.empty(), Optional.empty());
        }
        try {
            enforcement.apply(command);
        } catch (IsolationException e) {
            return new Cut(Optional.empty(), Optional.of("the isolation could not be applied: " + e.getMessage()));
        }
        var answer = uplink.signOfLife();
        checks.addAll(enforcement.verify(command));
        if (passed(checks)) {
            return new Cut(Optional.of(answer), Optional.empty());
        }
        var problem = "the isolation was not found in force as asked: " + failures(checks);
        enforcement.rollBack().ifPresent(reason -> checks.add(rollBackFailed(reason)));
        return new Cut(Optional.empty(), Optional.of(problem));
    }

    /** A cut that is in force and waits for the gateway's answer, or a problem, or neither: nothing was done. */
    private record Cut(Optional<CompletableFuture<Void>> sign, Optional<String> problem) {}

    private void release(Command command) {
        long sequence = command.getSequence();
        var checks = new ArrayList<Check>();
        enforcement.exclusively(() -> {
            if (!current(sequence)) {
                return false;
            }
            try {
                enforcement.release();
                checks.addAll(enforcement.verifyReleased());
            } catch (IsolationException e) {
                checks.add(Check.newBuilder()
                        .setName("release")
                        .setDetail(String.valueOf(e.getMessage()))
                        .build());
            }
            if (!passed(checks)) {
                enforcement.rollBack().ifPresent(reason -> checks.add(rollBackFailed(reason)));
            }
            return true;
        });
        if (passed(checks)) {
            var released = Intent.newBuilder().setSequence(sequence).build();
            finish(command, Reports.succeeded(checks), Optional.of(released));
        } else {
            finish(command, Reports.failed("the isolation could not be taken away", checks), Optional.empty());
        }
    }

    /** Journals how the command ended, unless a decision on the machine was quicker. */
    private void finish(Command command, Outcome outcome, Optional<Intent> intent) {
        var states = enforcement.observe();
        long sequence = command.getSequence();
        boolean ended = patiently(transaction -> {
            if (!current(transaction.state(), sequence)) {
                return false;
            }
            long number = reports.about(
                    transaction, sequence, command.getActionId(), states, report -> report.setOutcome(outcome));
            transaction.end(sequence, number);
            transaction.attemptOver();
            intent.ifPresent(transaction::intend);
            return true;
        });
        if (ended) {
            boolean good = outcome.getResult() == Result.RESULT_SUCCEEDED;
            log.info("command-ended", "sequence", sequence, "succeeded", good, "message", outcome.getMessage());
        }
    }

    private void rollBackDeadMan(long sequence) {
        log.warn("dead-man-roll-back", "sequence", sequence);
        try {
            enforcement.decide(LocalCause.LOCAL_CAUSE_DEAD_MAN, state -> current(state, sequence));
        } catch (JournalException e) {
            log.error(e, "dead-man-roll-back-not-journaled");
            pause(RETRY);
        }
    }

    /** Waits for the gateway's answer until the dead-man deadline; without one, for a moment only. */
    private boolean heard(long sequence, CompletableFuture<Void> sign) {
        long giveUp = System.nanoTime() + UNCONDITIONAL_WAIT.toNanos();
        while (true) {
            try {
                sign.get(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                stopIfClosed();
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
                throw new StoppedException();
            }
        }
    }

    private boolean overdue(long sequence) {
        long deadline = deadline(sequence);
        return deadline != 0 && micros(clock.instant()) >= deadline;
    }

    private long deadline(long sequence) {
        return journal.read(state -> state.attempt()
                .filter(attempt -> attempt.getSequence() == sequence)
                .map(Attempt::getDeadManDeadlineMicros)
                .orElse(0L));
    }

    private boolean current(long sequence) {
        return journal.read(state -> current(state, sequence));
    }

    private static boolean current(JournalState state, long sequence) {
        return !unsettled(state)
                && state.attempt()
                        .filter(attempt -> attempt.getSequence() == sequence)
                        .isPresent();
    }

    private static boolean unsettled(JournalState state) {
        return state.intent().getUnsettled() != LocalCause.LOCAL_CAUSE_UNSPECIFIED;
    }

    private ByteString payload(long sequence) {
        return journal.read(state -> state.command(sequence).orElseThrow().payload());
    }

    private static boolean passed(List<Check> checks) {
        return !checks.isEmpty() && checks.stream().allMatch(Check::getPassed);
    }

    private static String failures(List<Check> checks) {
        return checks.stream()
                .filter(check -> !check.getPassed())
                .map(check -> check.getName() + " (" + check.getDetail() + ")")
                .collect(Collectors.joining(", "));
    }

    private static Check rollBackFailed(String reason) {
        return Check.newBuilder().setName("roll-back").setDetail(reason).build();
    }

    /** Writes to the journal, again and again while the disk is full. */
    private <T> T patiently(Function<Transaction, T> step) {
        while (true) {
            try {
                return journal.write(step);
            } catch (JournalException e) {
                log.error(e, "step-not-journaled", "retryIn", RETRY);
                pause(RETRY);
            }
        }
    }

    private void pause(Duration time) {
        stopIfClosed();
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
        stopIfClosed();
    }

    private void stopIfClosed() {
        if (closed) {
            throw new StoppedException();
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** Lets the step of now come to its end, and no other begin. */
    @Override
    public void close() {
        closed = true;
        work.release();
        var running = thread;
        if (running != null) {
            try {
                running.join(STOP_PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The agent is stopping: the command stays as the journal has it. */
    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
