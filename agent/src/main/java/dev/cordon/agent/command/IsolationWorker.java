package dev.cordon.agent.command;

import com.google.protobuf.ByteString;
import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Carries out accepted isolations and releases, one at a time, in the order of their sequence.
 *
 * <p>The journal is the queue: what is to be done next is asked of it, and every step is in it before the next one. So a
 * restart at any point finds the command that was under way, does it again (both orders can be repeated) and lets
 * looking at the machine decide how it ended. An isolation succeeds only when its rules were seen, probing found nothing
 * that passes, and the gateway has answered a question asked after the cut; if that answer does not come in time, the
 * dead-man rule undoes the cut before anything was claimed. One thread of its own.
 */
public final class IsolationWorker implements AutoCloseable {

    /** The orders that come here; all others go to lanes. */
    static final Set<Command.OrderCase> ORDERS = EnumSet.of(Command.OrderCase.ISOLATE, Command.OrderCase.RELEASE);

    private final Journal journal;
    private final Reports reports;
    private final Enforcement enforcement;
    private final Uplink uplink;
    private final Log log;
    private final WorkLoop loop;
    private final Beginning beginning;
    private final DeadMan deadMan;

    public IsolationWorker(
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
        this.log = log;
        this.loop = new WorkLoop("isolation-worker", journal, log);
        this.beginning = new Beginning(loop, reports, serverClock);
        this.deadMan = new DeadMan(journal, enforcement, loop, clock, log);
    }

    public void start() {
        loop.start(this::carryOutNext);
    }

    /** The journal may hold a command to carry out. */
    public void workWaiting() {
        loop.wake();
    }

    private boolean carryOutNext() throws JournalException {
        if (!enforcement.settle()) {
            loop.pause(WorkLoop.RETRY);
            return true;
        }
        var next = journal.read(state -> state.firstOpen(ORDERS));
        next.ifPresent(this::carryOut);
        return next.isPresent();
    }

    private void carryOut(JournaledCommand entry) {
        var command = entry.command();
        if (entry.stage() == Stage.STAGE_ACCEPTED) {
            boolean begun = beginning.begin(
                    command,
                    state -> !DeadMan.unsettled(state),
                    transaction -> transaction.attempt(deadMan.attempt(command)));
            if (!begun) {
                return;
            }
        } else {
            log.warn("command-resumed", "sequence", command.getSequence());
            deadMan.giveGrace(command);
        }
        uplink.reportsWaiting();
        if (command.hasIsolate()) {
            isolate(command);
        } else {
            release(command);
        }
        uplink.reportsWaiting();
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
        if (sign.isPresent() && deadMan.heard(sequence, sign.get())) {
            checks.add(Check.newBuilder()
                    .setName("channel")
                    .setPassed(true)
                    .setDetail("the gateway answered after the cut")
                    .setMillis((int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since))
                    .build());
        } else if (deadMan.current(sequence) && deadMan.overdue(sequence)) {
            deadMan.rollBack(sequence);
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
        if (!deadMan.current(command.getSequence()) || deadMan.overdue(command.getSequence())) {
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
            if (!deadMan.current(sequence)) {
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
        boolean ended = loop.patiently(transaction -> {
            if (!DeadMan.current(transaction.state(), sequence)) {
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

    /** Lets the step of now come to its end, and no other begin. */
    @Override
    public void close() {
        loop.close();
    }
}
