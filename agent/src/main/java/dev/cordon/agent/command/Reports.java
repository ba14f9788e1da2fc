package dev.cordon.agent.command;

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
        transaction.queue(Queued.newBuilder()
                .setNumber(number)
                .setSequence(sequence)
                .setSignedReport(Envelopes.seal(report.build(), identity.key()).toByteString())
                .build());
        return number;
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

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
