package dev.cordon.agent.journal;

import dev.cordon.agent.journal.wire.Accepted;
import dev.cordon.agent.journal.wire.Attempt;
import dev.cordon.agent.journal.wire.Entry;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.journal.wire.Moved;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.agent.journal.wire.Record;
import dev.cordon.agent.journal.wire.Stage;

/** Collects what one record of the journal will say; used inside {@link Journal#write} only. */
public final class Transaction {

    private final JournalState before;
    private final Record.Builder record = Record.newBuilder();
    private long lastReportNumber;

    Transaction(JournalState before) {
        this.before = before;
        this.lastReportNumber = before.lastReportNumber();
    }

    /** The state before this transaction. */
    public JournalState state() {
        return before;
    }

    public void accept(Accepted accepted) {
        record.addEntries(Entry.newBuilder().setAccepted(accepted));
    }

    public void start(long sequence) {
        move(sequence, Stage.STAGE_STARTED, 0);
    }

    /** A started command is begun again, because the agent had died. */
    public void startAgain(long sequence) {
        int before =
                state().command(sequence).map(JournaledCommand::repetitions).orElse(0);
        record.addEntries(Entry.newBuilder()
                .setMoved(Moved.newBuilder()
                        .setSequence(sequence)
                        .setStage(Stage.STAGE_STARTED)
                        .setRepetitions(before + 1)));
    }

    /** @param lastReport number of the report that says how it ended */
    public void end(long sequence, long lastReport) {
        move(sequence, Stage.STAGE_ENDED, lastReport);
    }

    public void intend(Intent intent) {
        record.addEntries(Entry.newBuilder().setIntent(intent));
    }

    public void attempt(Attempt attempt) {
        record.addEntries(Entry.newBuilder().setAttempt(attempt));
    }

    /** No command is changing the machine any more. */
    public void attemptOver() {
        attempt(Attempt.getDefaultInstance());
    }

    /** The number for the next report of this transaction. */
    public long takeReportNumber() {
        return ++lastReportNumber;
    }

    /** The server's count of reports is known; the next report's number is above this one. */
    public void countOn(long above) {
        lastReportNumber = Math.max(lastReportNumber, above);
        record.addEntries(Entry.newBuilder().setCountedOn(lastReportNumber));
    }

    public void queue(Queued queued) {
        record.addEntries(Entry.newBuilder().setQueued(queued));
    }

    public void confirm(long reportNumber) {
        record.addEntries(Entry.newBuilder().setConfirmed(reportNumber));
    }

    public void pin(Pins pins) {
        record.addEntries(Entry.newBuilder().setPins(pins));
    }

    public void countWrongCode() {
        record.addEntries(Entry.newBuilder().setWrongCodes(before.wrongCodes() + 1));
    }

    /** This command took the agent off the machine. */
    public void offboard(long sequence) {
        record.addEntries(Entry.newBuilder().setOffboarded(sequence));
    }

    private void move(long sequence, Stage stage, long lastReport) {
        record.addEntries(Entry.newBuilder()
                .setMoved(
                        Moved.newBuilder().setSequence(sequence).setStage(stage).setLastReport(lastReport)));
    }

    Record record() {
        return record.build();
    }
}
