package dev.cordon.agent.command;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.journal.wire.LocalCause;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Aspect;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.EventKind;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Support;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the machine's network as the journal says it has to be, whatever happens to it: a restart, somebody who removes
 * the rules, a decision made on the machine that was not carried out yet.
 *
 * <p>The only user of the isolation port, and the lock before it. A decision made on the machine (break-glass,
 * dead-man) is journaled first as an unsettled intent and settled afterwards, so that no crash forgets it. Safe for use
 * by many threads.
 */
public final class Enforcement implements NetworkIsolation.TamperListener {

    private static final Duration EVENT_PAUSE = Duration.ofSeconds(1);

    private final ReentrantLock network = new ReentrantLock();
    private final NetworkIsolation port;
    private final Journal journal;
    private final Reports reports;
    private final Supplier<Set<InetSocketAddress>> control;
    private final Runnable reportsWaiting;
    private final Log log;
    private volatile Capability capability = Capability.getDefaultInstance();
    private volatile @Nullable Command inForce;
    private volatile ObservedState lastObserved = observed("None", 0);
    private volatile long lastTamperEvent = System.nanoTime() - EVENT_PAUSE.toNanos();

    /**
     * @param control the addresses an isolation lets through, as they are now
     * @param reportsWaiting run, on any thread, after a report was journaled
     */
    public Enforcement(
            NetworkIsolation port,
            Journal journal,
            Reports reports,
            Supplier<Set<InetSocketAddress>> control,
            Runnable reportsWaiting,
            Log log) {
        this.port = port;
        this.journal = journal;
        this.reports = reports;
        this.control = control;
        this.reportsWaiting = reportsWaiting;
        this.log = log;
    }

    /** What this machine can do, looked up now; waits for a change of the network that is under way. */
    public Capability capability() {
        network.lock();
        try {
            capability = port.probe();
            return capability;
        } finally {
            network.unlock();
        }
    }

    /** What this machine could do when it was last looked up; never waits. */
    Capability knownCapability() {
        return capability;
    }

    /** Brings the network to where the journal wants it; once at start, before anything is connected. */
    public void restore() {
        var able = capability();
        if (able.getSupport() != Support.SUPPORT_ENFORCED) {
            log.warn("isolation-limited", "support", able.getSupport(), "limits", able.getLimitsList());
        }
        port.onTampering(this);
        network.lock();
        try {
            boolean open = journal.read(JournalState::attempt).isPresent();
            var intended = journal.read(JournalState::intended);
            if (!settle() || open) {
                return;
            }
            if (intended.isPresent()) {
                apply(intended.get());
                log.info("isolation-restored", "sequence", intended.get().getSequence());
            } else if (port.inForce()) {
                port.release();
                log.warn("stray-isolation-removed");
            }
        } catch (IsolationException | JournalException e) {
            log.error(e, "isolation-not-restored");
        } finally {
            network.unlock();
        }
    }

    /** Looks whether all is still as it has to be, and mends it; called now and then. */
    public void tend() {
        if (!network.tryLock()) {
            return;
        }
        try {
            if (!settle() || journal.read(JournalState::attempt).isPresent()) {
                return;
            }
            var intended = journal.read(JournalState::intended);
            if (intended.isPresent() && !port.inForce()) {
                apply(intended.get());
                reapplied("the rules were gone");
            }
        } catch (IsolationException | JournalException e) {
            log.error(e, "isolation-not-mended");
        } finally {
            network.unlock();
        }
    }

    /** The gateways' addresses have changed. */
    public void controlChanged(Set<InetSocketAddress> addresses) {
        network.lock();
        try {
            if (port.inForce()) {
                port.updateControl(addresses);
            }
        } catch (IsolationException e) {
            log.error(e, "control-addresses-not-updated");
        } finally {
            network.unlock();
        }
    }

    /** How the network stands, looked up; when that takes too long, as it was last seen. */
    public List<ObservedState> observe() {
        if (!network.tryLock()) {
            return List.of(lastObserved);
        }
        try {
            return look();
        } finally {
            network.unlock();
        }
    }

    void apply(Command command) throws IsolationException {
        network.lock();
        try {
            port.apply(spec(command));
            inForce = command;
        } finally {
            network.unlock();
        }
    }

    List<Check> verify(Command command) {
        network.lock();
        try {
            return port.verify(spec(command));
        } finally {
            network.unlock();
        }
    }

    void release() throws IsolationException {
        network.lock();
        try {
            port.release();
            inForce = null;
        } finally {
            network.unlock();
        }
    }

    List<Check> verifyReleased() {
        network.lock();
        try {
            return port.verifyReleased();
        } finally {
            network.unlock();
        }
    }

    /** Runs several of the calls above as one; nothing else touches the network meanwhile. */
    <T> T exclusively(Supplier<T> work) {
        network.lock();
        try {
            return work.get();
        } finally {
            network.unlock();
        }
    }

    /** Puts back what was in force before an attempt that failed; returns what went wrong with that. */
    Optional<String> rollBack() {
        network.lock();
        try {
            var intended = journal.read(JournalState::intended);
            if (intended.isPresent()) {
                apply(intended.get());
            } else {
                release();
            }
            return Optional.empty();
        } catch (IsolationException e) {
            log.error(e, "roll-back-failed");
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            network.unlock();
        }
    }

    /**
     * Decides on the machine that it is not isolated any more, and carries that out.
     *
     * @param still asked inside the journal's transaction whether the reason still holds
     * @return false if it did not, or the network could not be released yet; that is then tried again
     */
    public boolean decide(LocalCause cause, Predicate<JournalState> still) throws JournalException {
        boolean decided = journal.write(transaction -> {
            if (!still.test(transaction.state())) {
                return false;
            }
            transaction.intend(Intent.newBuilder().setUnsettled(cause).build());
            return true;
        });
        return decided && settle();
    }

    /**
     * Takes an isolation off because the agent leaves the machine.
     *
     * @return false if that could not be done yet; it is then tried again
     */
    boolean offboard() throws JournalException {
        boolean nothing = journal.read(
                state -> state.intended().isEmpty() && state.attempt().isEmpty());
        return (nothing && settle()) || decide(LocalCause.LOCAL_CAUSE_OFFBOARD, state -> true);
    }

    /** Carries out a decision made on the machine, if one is unsettled; returns false if that must be tried again. */
    boolean settle() throws JournalException {
        network.lock();
        try {
            var cause = journal.read(state -> state.intent().getUnsettled());
            if (cause == LocalCause.LOCAL_CAUSE_UNSPECIFIED) {
                return true;
            }
            release();
            var failed = verifyReleased().stream()
                    .filter(check -> !check.getPassed())
                    .toList();
            if (!failed.isEmpty()) {
                log.error("release-not-verified", "check", failed.getFirst().getDetail());
                return false;
            }
            var states = look();
            journal.write(transaction -> settled(transaction, cause, states));
            log.warn("released-locally", "cause", cause);
            reportsWaiting.run();
            return true;
        } catch (IsolationException e) {
            log.error(e, "local-release-failed");
            return false;
        } finally {
            network.unlock();
        }
    }

    private long settled(Transaction transaction, LocalCause cause, List<ObservedState> states) {
        boolean deadMan = cause == LocalCause.LOCAL_CAUSE_DEAD_MAN;
        var message = switch (cause) {
            case LOCAL_CAUSE_DEAD_MAN ->
                "the gateway did not answer in time after the cut; the isolation was rolled back";
            case LOCAL_CAUSE_OFFBOARD -> "the agent leaves this machine";
            default -> "released on the machine with the one-time code";
        };
        transaction
                .state()
                .attempt()
                .flatMap(attempt -> transaction.state().command(attempt.getSequence()))
                .filter(JournaledCommand::open)
                .ifPresent(command -> {
                    long number = reports.about(
                            transaction,
                            command.sequence(),
                            command.command().getActionId(),
                            states,
                            report -> report.setOutcome(Reports.failed(message, List.of())));
                    transaction.end(command.sequence(), number);
                });
        transaction.attemptOver();
        transaction.intend(Intent.getDefaultInstance());
        if (cause == LocalCause.LOCAL_CAUSE_OFFBOARD) {
            return 0;
        }
        reports.event(
                transaction,
                deadMan ? EventKind.EVENT_KIND_DEAD_MAN_ROLLBACK : EventKind.EVENT_KIND_BREAK_GLASS_USED,
                message,
                states);
        return 0;
    }

    @Override
    public void reapplied(String whatWasSeen) {
        log.warn("isolation-reapplied", "seen", whatWasSeen);
        long now = System.nanoTime();
        if (now - lastTamperEvent < EVENT_PAUSE.toNanos()) {
            return;
        }
        lastTamperEvent = now;
        try {
            journal.write(transaction -> {
                reports.event(
                        transaction, EventKind.EVENT_KIND_ISOLATION_REAPPLIED, whatWasSeen, List.of(lastObserved));
                return 0;
            });
            reportsWaiting.run();
        } catch (JournalException e) {
            log.error(e, "event-not-journaled", "event", "isolation-reapplied");
        }
    }

    @Override
    public void reapplyFailed(String whatWasSeen, IsolationException reason) {
        log.error(reason, "isolation-not-reapplied", "seen", whatWasSeen);
    }

    private List<ObservedState> look() {
        var state = observed(
                "None",
                journal.read(journaled -> journaled.intended().isPresent()
                        ? 0L
                        : journaled.intent().getSequence()));
        if (port.inForce()) {
            var command = inForce;
            state = command == null
                    ? observed("Full", 0)
                    : observed(
                            Vocabulary.isSelective(command.getIsolate()) ? "Selective" : "Full", command.getSequence());
        }
        lastObserved = state;
        return List.of(state);
    }

    private static ObservedState observed(String value, long sequence) {
        return ObservedState.newBuilder()
                .setAspect(Aspect.ASPECT_ISOLATION)
                .setValue(value)
                .setSequence(sequence)
                .build();
    }

    private IsolationSpec spec(Command command) {
        var isolate = command.getIsolate();
        return Vocabulary.isSelective(isolate)
                ? new IsolationSpec(IsolationSpec.Mode.SELECTIVE, isolate.getExclusionsList(), control.get())
                : new IsolationSpec(IsolationSpec.Mode.FULL, List.of(), control.get());
    }
}
