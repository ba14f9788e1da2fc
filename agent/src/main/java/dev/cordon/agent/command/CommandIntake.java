package dev.cordon.agent.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.blocklist.BlockListReceiver;
import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Accepted;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.CancelAnswer;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.RefusalReason;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.Support;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes commands in, in the order in which they come: verified, journaled and on disk before they are acknowledged.
 *
 * <p>A genuine command that cannot be carried out is accepted and refused in one transaction, so that it is never
 * delivered again. A forged one changes nothing, not even the highest sequence. A cancellation is answered right here,
 * ahead of everything that waits, unless its target is running in a lane. While the disk is full nothing is acknowledged; the same command is tried again until
 * there is room. One thread of its own; {@link #offer} may be called by any.
 */
public final class CommandIntake implements AutoCloseable {

    private static final int CAPACITY = 512;
    private static final int MOST_BLOCK_BYTES = 4 * 1024 * 1024;
    private static final int REMEMBERED = 64;
    private static final Duration FIRST_RETRY = Duration.ofMillis(250);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(15);

    private final CommandVerifier verifier;
    private final Journal journal;
    private final Reports reports;
    private final Enforcement enforcement;
    private final Tasks tasks;
    private final BlockListReceiver blockList;
    private final ServerClock clock;
    private final Uplink uplink;
    private final Runnable workWaiting;
    private final Log log;
    private final BlockingQueue<Incoming> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicInteger waitingBlockBytes = new AtomicInteger();
    private final Map<ByteString, Boolean> refusedBefore = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteString, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private volatile boolean closed;

    /** @param workWaiting run after a command was accepted that has to be carried out */
    public CommandIntake(
            Identity identity,
            Journal journal,
            Reports reports,
            Enforcement enforcement,
            Tasks tasks,
            BlockListReceiver blockList,
            ServerClock clock,
            Uplink uplink,
            Runnable workWaiting,
            Log log) {
        this.verifier = new CommandVerifier(identity);
        this.journal = journal;
        this.reports = reports;
        this.enforcement = enforcement;
        this.tasks = tasks;
        this.blockList = blockList;
        this.clock = clock;
        this.uplink = uplink;
        this.workWaiting = workWaiting;
        this.log = log;
    }

    public void start() {
        Thread.ofVirtual().name("intake").start(this::run);
    }

    /** Takes a command that has come; false if too many are waiting. */
    public boolean offer(SignedCommand signed) {
        return queue.offer(new Incoming.Order(signed));
    }

    /** Takes changes of the list of blocked files that have come; false if too much is waiting. */
    public boolean offer(SignedBlockChanges changes) {
        int bytes = changes.getPayload().size();
        if (waitingBlockBytes.addAndGet(bytes) > MOST_BLOCK_BYTES || !queue.offer(new Incoming.Blocks(changes))) {
            waitingBlockBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** What waits, in one queue, because a change of the block list has to be in force before a later command. */
    private sealed interface Incoming {
        record Order(SignedCommand command) implements Incoming {}

        record Blocks(SignedBlockChanges changes) implements Incoming {}

        /** Wakes the thread for the last time. */
        record End() implements Incoming {}
    }

    private void run() {
        try {
            while (!closed) {
                switch (queue.take()) {
                    case Incoming.Order(var command) -> patiently(command);
                    case Incoming.Blocks(var changes) -> take(changes);
                    case Incoming.End() -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void patiently(SignedCommand signed) throws InterruptedException {
        var wait = FIRST_RETRY;
        while (!closed) {
            try {
                take(signed);
                return;
            } catch (JournalException e) {
                log.error(e, "command-not-accepted", "retryIn", wait);
                Thread.sleep(wait);
                wait = wait.multipliedBy(2).compareTo(LONGEST_RETRY) < 0 ? wait.multipliedBy(2) : LONGEST_RETRY;
            } catch (RuntimeException e) {
                log.error(e, "command-not-handled");
                return;
            }
        }
    }

    private void take(SignedBlockChanges changes) {
        waitingBlockBytes.addAndGet(-changes.getPayload().size());
        if (journal.read(JournalState::offboarded) != 0) {
            return;
        }
        try {
            uplink.blockListInForce(blockList.receive(changes));
        } catch (RuntimeException e) {
            log.error(e, "block-list-not-handled");
        }
    }

    /** Takes one command in; returns when it is on disk and acknowledged, or refused. */
    void take(SignedCommand signed) throws JournalException {
        switch (verifier.verify(signed)) {
            case Verdict.Genuine genuine -> accept(genuine.command(), signed);
            case Verdict.Refusal refusal -> refuseForgery(signed, 0, "", refusal);
        }
    }

    private void accept(Command command, SignedCommand signed) throws JournalException {
        long sequence = command.getSequence();
        var refusal = Vocabulary.check(command)
                .or(() -> malformed(tasks.check(command)))
                .or(() -> CommandVerifier.expired(command, clock.now()))
                .or(() -> unsupported(command));
        long verified = System.nanoTime();
        boolean accepted = journal.write(transaction -> {
            if (sequence <= transaction.state().highestAccepted()) {
                return false;
            }
            transaction.accept(Accepted.newBuilder()
                    .setSequence(sequence)
                    .setPayload(signed.getPayload())
                    .build());
            if (refusal.isPresent()) {
                refuse(transaction, command, refusal.get());
            } else if (command.hasCancel()) {
                cancel(transaction, command);
            }
            return true;
        });
        if (!accepted) {
            again(command, signed);
            return;
        }
        log.info(
                "command-accepted",
                "sequence",
                sequence,
                "order",
                command.getOrderCase(),
                "action",
                command.getActionId(),
                "journalMicros",
                (System.nanoTime() - verified) / 1_000,
                "refused",
                refusal.map(Verdict.Refusal::message).orElse("no"));
        uplink.acknowledge(sequence);
        uplink.reportsWaiting();
        if (command.hasCancel() && refusal.isEmpty()) {
            tasks.cancel(command.getCancel().getTargetSequence());
        }
        workWaiting.run();
    }

    private static Optional<Verdict.Refusal> malformed(String wrong) {
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(new Verdict.Refusal(RefusalReason.REFUSAL_REASON_MALFORMED, wrong));
    }

    private void refuse(Transaction transaction, Command command, Verdict.Refusal refusal) {
        long number = reports.about(
                transaction,
                command.getSequence(),
                command.getActionId(),
                List.of(),
                report -> report.setRefused(Reports.refused(refusal)));
        transaction.end(command.getSequence(), number);
    }

    /**
     * The target has not been started if and only if the journal says so here, in the transaction that ends it. While a
     * handler carries it out the answer is not known yet: the cancellation stays open, and the target's worker answers.
     */
    private void cancel(Transaction transaction, Command command) {
        long target = command.getCancel().getTargetSequence();
        var state = transaction.state();
        var found = state.command(target);
        boolean beingCarriedOut = found.filter(it -> it.stage() == Stage.STAGE_STARTED)
                .filter(it -> tasks.handles(it.command().getOrderCase()))
                .isPresent();
        if (beingCarriedOut) {
            return;
        }
        boolean waiting = found.filter(it -> it.stage() == Stage.STAGE_ACCEPTED).isPresent();
        boolean neverCame = found.isEmpty() && target > state.forgottenUpTo() && target < command.getSequence();
        boolean cancelled = waiting || neverCame;
        long number = reports.about(
                transaction,
                command.getSequence(),
                command.getActionId(),
                List.of(),
                report -> report.setCancelAnswer(
                        CancelAnswer.newBuilder().setTargetSequence(target).setCancelled(cancelled)));
        if (waiting) {
            transaction.end(target, number);
        }
        transaction.end(command.getSequence(), number);
    }

    /** Delivered once more: the same bytes are answered the same way, others are a replay. */
    private void again(Command command, SignedCommand signed) throws JournalException {
        long sequence = command.getSequence();
        if (!journal.read(state -> state.sameBytes(sequence, signed.getPayload()))) {
            refuseForgery(
                    signed,
                    sequence,
                    command.getActionId(),
                    new Verdict.Refusal(
                            RefusalReason.REFUSAL_REASON_REPLAYED,
                            "sequence " + sequence + " is not above the highest accepted one"));
            return;
        }
        uplink.acknowledge(sequence);
        var report = journal.read(state -> state.command(sequence)
                .filter(known -> !known.open())
                .flatMap(known -> state.report(known.lastReport())));
        if (report.isPresent()) {
            try {
                uplink.repeat(SignedReport.parseFrom(report.get().getSignedReport()));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the journal holds a report that cannot be read", e);
            }
        }
    }

    /** Reported once for the same bytes, so that nobody can fill the disk by repeating himself. */
    private void refuseForgery(SignedCommand signed, long sequence, String actionId, Verdict.Refusal refusal)
            throws JournalException {
        log.warn("command-refused", "reason", refusal.reason(), "message", refusal.message());
        var digest = digest(signed);
        if (refusedBefore.containsKey(digest)) {
            return;
        }
        journal.write(transaction -> {
            reports.refusal(transaction, sequence, actionId, refusal);
            return true;
        });
        refusedBefore.put(digest, true);
        uplink.reportsWaiting();
    }

    private static ByteString digest(SignedCommand signed) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(signed.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    private Optional<Verdict.Refusal> unsupported(Command command) {
        if (command.hasCancel()) {
            return Optional.empty();
        }
        if (journal.read(JournalState::offboarded) != 0) {
            return Optional.of(new Verdict.Refusal(RefusalReason.REFUSAL_REASON_UNSUPPORTED, Offboarding.LEAVING));
        }
        var why = IsolationWorker.ORDERS.contains(command.getOrderCase())
                ? unsupported(enforcement.knownCapability())
                : tasks.unsupported(command.getOrderCase());
        return why.map(it -> new Verdict.Refusal(RefusalReason.REFUSAL_REASON_UNSUPPORTED, it));
    }

    private static Optional<String> unsupported(Capability capability) {
        return capability.getSupport() == Support.SUPPORT_UNSUPPORTED
                ? Optional.of(String.join(" ", capability.getLimitsList()))
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        queue.offer(new Incoming.End());
    }
}
