package dev.cordon.agent.command;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Event;
import dev.cordon.protocol.wire.EventKind;
import dev.cordon.protocol.wire.ObservedState;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Refused;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.Result;
import dev.cordon.protocol.wire.SignedReport;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;

/**
 * Numbers and signs reports. A report becomes part of the journal's transaction that it speaks about, so that what was
 * done and the word about it are on disk together. Safe for use by many threads.
 */
public final class Reports {

    /** HRESULT-style code of a failure that has no better one (E_FAIL). */
    private static final int FAILED = 0x80004005;

    private static final int MAX_TEXT = 2_000;

    /** Half of what a gateway takes in one message. */
    private static final int MAX_OUTCOME = 512 * 1024;

    private static final int MOST_EVENTS_WAITING = 1_000;

    private final Identity identity;
    private final Clock clock;

    public Reports(Identity identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** A report about a command. Returns its number. */
    long about(
            Transaction transaction,
            long sequence,
            String actionId,
            List<ObservedState> states,
            Consumer<Report.Builder> content) {
        long number = transaction.takeReportNumber();
        var report = Report.newBuilder()
                .setTenantId(identity.tenantId())
                .setMachineId(identity.machineId().value())
                .setReportNumber(number)
                .setAtMicros(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                .setSequence(sequence)
                .setActionId(actionId)
                .addAllStates(states);
        content.accept(report);
        queue(transaction, report);
        return number;
    }

    private void queue(Transaction transaction, Report.Builder report) {
        transaction.queue(Queued.newBuilder()
                .setNumber(report.getReportNumber())
                .setSequence(report.getSequence())
                .setSignedReport(Envelopes.seal(report.build(), identity.key()).toByteString())
                .build());
    }

    /**
     * Takes up the server's count of this machine's reports. If this journal is not the one that was counted, because
     * that one was lost, or an older copy of it was put back, its reports that wait are numbered anew and signed again:
     * under their own numbers the server would take them for repetitions.
     *
     * @param lastApplied number of the last report that the server has applied
     */
    public void countOn(Transaction transaction, long lastApplied) {
        var state = transaction.state();
        if (state.countedOn() && lastApplied <= state.lastReportNumber()) {
            return;
        }
        transaction.countOn(lastApplied);
        if (lastApplied > 0) {
            state.unconfirmedAfter(0).forEach(queued -> renumber(transaction, queued));
        }
    }

    private void renumber(Transaction transaction, Queued queued) {
        long number = transaction.takeReportNumber();
        try {
            var report = Report.parseFrom(
                    SignedReport.parseFrom(queued.getSignedReport()).getPayload());
            queue(transaction, report.toBuilder().setReportNumber(number));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the journal holds a report that cannot be read", e);
        }
        transaction.confirm(queued.getNumber());
        transaction
                .state()
                .endedBy(queued.getNumber())
                .ifPresent(command -> transaction.end(command.sequence(), number));
    }

    /** A report about something that no command caused; left out when a flood of them is waiting already. */
    void event(Transaction transaction, EventKind kind, String message, List<ObservedState> states) {
        if (transaction.state().unconfirmedReports() < MOST_EVENTS_WAITING) {
            about(
                    transaction,
                    0,
                    "",
                    states,
                    report -> report.setEvent(Event.newBuilder().setKind(kind).setMessage(cut(message))));
        }
    }

    /** Reports that a break-glass code was tried that did not fit. */
    public void wrongCode(Transaction transaction) {
        event(transaction, EventKind.EVENT_KIND_BREAK_GLASS_REFUSED, "a wrong break-glass code was tried", List.of());
    }

    /** A refusal of something that cannot be held against any command; left out when a flood is waiting already. */
    void refusal(Transaction transaction, long sequence, String actionId, Verdict.Refusal refusal) {
        if (transaction.state().unconfirmedReports() < MOST_EVENTS_WAITING) {
            about(transaction, sequence, actionId, List.of(), report -> report.setRefused(refused(refusal)));
        }
    }

    static Refused refused(Verdict.Refusal refusal) {
        return Refused.newBuilder()
                .setReason(refusal.reason())
                .setMessage(cut(refusal.message()))
                .build();
    }

    static Outcome succeeded(List<Check> checks) {
        return Outcome.newBuilder()
                .setResult(Result.RESULT_SUCCEEDED)
                .addAllChecks(checks)
                .build();
    }

    static Outcome failed(String message, List<Check> checks) {
        return Outcome.newBuilder()
                .setResult(Result.RESULT_FAILED)
                .setErrorCode(FAILED)
                .setMessage(cut(message))
                .addAllChecks(checks)
                .build();
    }

    /** The same outcome, without the last of its files and detections if it would not fit into a message. */
    static Outcome bounded(Outcome outcome) {
        var fitting = outcome;
        while (fitting.getSerializedSize() > MAX_OUTCOME
                && fitting.getFilesCount() + fitting.getScan().getDetectionsCount() > 0) {
            fitting = half(fitting);
        }
        int dropped = outcome.getFilesCount() - fitting.getFilesCount();
        var message = dropped == 0 ? outcome.getMessage() : outcome.getMessage() + " (" + dropped + " more files)";
        return fitting.toBuilder().setMessage(cut(message.strip())).build();
    }

    private static Outcome half(Outcome outcome) {
        var builder = outcome.toBuilder();
        builder.clearFiles().addAllFiles(firstHalf(outcome.getFilesList()));
        if (outcome.hasScan()) {
            builder.setScan(outcome.getScan().toBuilder()
                    .clearDetections()
                    .addAllDetections(firstHalf(outcome.getScan().getDetectionsList())));
        }
        return builder.build();
    }

    private static <T> List<T> firstHalf(List<T> all) {
        return all.subList(0, all.size() / 2);
    }

    /** A text of the machine as one line for people: without control characters, and not longer than this. */
    static String line(String text, int most) {
        var line = new StringBuilder(Math.min(text.length(), most));
        text.chars()
                .limit(most)
                .forEach(c -> line.append(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? '?' : (char) c));
        return line.toString();
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
