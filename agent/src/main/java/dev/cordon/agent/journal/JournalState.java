package dev.cordon.agent.journal;

import com.google.protobuf.ByteString;
import dev.cordon.agent.journal.wire.Accepted;
import dev.cordon.agent.journal.wire.Attempt;
import dev.cordon.agent.journal.wire.Entry;
import dev.cordon.agent.journal.wire.Intent;
import dev.cordon.agent.journal.wire.Moved;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.agent.journal.wire.Record;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.agent.journal.wire.Totals;
import dev.cordon.protocol.wire.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the journal's records add up to. Changes only by {@link #apply}; read it inside {@link Journal#read} or
 * {@link Journal#write}, which hold the journal's lock.
 *
 * <p>Ended commands are kept for a while with the report that ended them, so that one delivered again is answered the
 * same way; the oldest are forgotten once the server has their report.
 */
public final class JournalState {

    /** How many ended commands are kept. */
    static final int ENDED_KEPT = 64;

    private final TreeMap<Long, JournaledCommand> commands = new TreeMap<>();
    private final TreeMap<Long, Queued> reports = new TreeMap<>();
    private final TreeSet<Long> unconfirmed = new TreeSet<>();
    private long highestAccepted;
    private long forgottenUpTo;
    private long lastReportNumber;
    private boolean countedOn;
    private long wrongCodes;
    private long offboarded;
    private Intent intent = Intent.getDefaultInstance();
    private Attempt attempt = Attempt.getDefaultInstance();
    private Pins pins = Pins.getDefaultInstance();

    JournalState() {}

    /** Highest sequence of a command that was accepted; 0 = none yet. */
    public long highestAccepted() {
        return highestAccepted;
    }

    /** Ended commands up to this sequence may have been forgotten. */
    public long forgottenUpTo() {
        return forgottenUpTo;
    }

    /** Number of the last report. */
    public long lastReportNumber() {
        return lastReportNumber;
    }

    /** Whether this journal's numbers of reports go on from the server's count, or are a new journal's own. */
    public boolean countedOn() {
        return countedOn;
    }

    /** How many break-glass codes did not fit, in all. */
    public long wrongCodes() {
        return wrongCodes;
    }

    /** Sequence of the command by which the agent has left the machine; 0 = it has not. */
    public long offboarded() {
        return offboarded;
    }

    /** Whether the agent has left the machine and the server knows. */
    public boolean departed() {
        return offboarded != 0
                && command(offboarded)
                        .map(command -> !unconfirmed.contains(command.lastReport()))
                        .orElse(true);
    }

    /** How the machine has to be. */
    public Intent intent() {
        return intent;
    }

    /** The command behind the intent, or nothing when the machine is not to be isolated. */
    public Optional<Command> intended() {
        return intent.getCommand().isEmpty()
                ? Optional.empty()
                : Optional.of(JournaledCommand.parse(intent.getCommand()));
    }

    /** The command that is changing the machine right now. */
    public Optional<Attempt> attempt() {
        return attempt.getSequence() == 0 ? Optional.empty() : Optional.of(attempt);
    }

    /** The gateways' addresses as they were last resolved. */
    public Pins pins() {
        return pins;
    }

    public Optional<JournaledCommand> command(long sequence) {
        return Optional.ofNullable(commands.get(sequence));
    }

    /** Of the commands with one of these orders, the one that is next in turn. */
    public Optional<JournaledCommand> firstOpen(Set<Command.OrderCase> orders) {
        return commands.values().stream()
                .filter(entry -> entry.open() && orders.contains(entry.command().getOrderCase()))
                .findFirst();
    }

    /** Cancellations of this command that are not answered yet. */
    public List<JournaledCommand> openCancellations(long target) {
        return commands.tailMap(target, false).values().stream()
                .filter(entry -> entry.open() && entry.command().getCancel().getTargetSequence() == target)
                .toList();
    }

    /** The commands that wait or are being carried out, in their order. */
    public List<JournaledCommand> allOpen() {
        return commands.values().stream().filter(JournaledCommand::open).toList();
    }

    /** How many commands wait or are being carried out. */
    public long openCommands() {
        return commands.values().stream().filter(JournaledCommand::open).count();
    }

    /** The command that this report ended, if it is still kept. */
    public Optional<JournaledCommand> endedBy(long report) {
        return commands.values().stream()
                .filter(command -> !command.open() && command.lastReport() == report)
                .findFirst();
    }

    /** Reports behind this number that the server has not confirmed, in their order. */
    public List<Queued> unconfirmedAfter(long number) {
        return unconfirmed.tailSet(number, false).stream().map(reports::get).toList();
    }

    public int unconfirmedReports() {
        return unconfirmed.size();
    }

    /** The report with this number, if it is still kept. */
    public Optional<Queued> report(long number) {
        return Optional.ofNullable(reports.get(number));
    }

    void apply(Record record) {
        record.getEntriesList().forEach(this::apply);
        forget();
    }

    private void apply(Entry entry) {
        switch (entry.getEntryCase()) {
            case ACCEPTED -> accept(entry.getAccepted());
            case MOVED -> move(entry.getMoved());
            case INTENT -> intent = entry.getIntent();
            case ATTEMPT -> attempt = entry.getAttempt();
            case QUEUED -> queue(entry.getQueued());
            case CONFIRMED -> unconfirmed.remove(entry.getConfirmed());
            case PINS -> pins = entry.getPins();
            case WRONG_CODES -> wrongCodes = entry.getWrongCodes();
            case OFFBOARDED -> offboarded = entry.getOffboarded();
            case TOTALS -> {
                highestAccepted = entry.getTotals().getHighestAccepted();
                forgottenUpTo = entry.getTotals().getForgottenUpTo();
                lastReportNumber = entry.getTotals().getLastReportNumber();
                countedOn = entry.getTotals().getCountedOn();
            }
            case COUNTED_ON -> {
                countedOn = true;
                lastReportNumber = Math.max(lastReportNumber, entry.getCountedOn());
            }
            case ENTRY_NOT_SET -> throw new IllegalStateException("the journal was written by a newer agent");
        }
    }

    private void accept(Accepted accepted) {
        highestAccepted = Math.max(highestAccepted, accepted.getSequence());
        commands.put(
                accepted.getSequence(),
                new JournaledCommand(accepted.getSequence(), accepted.getPayload(), Stage.STAGE_ACCEPTED, 0, 0));
    }

    private void move(Moved moved) {
        commands.computeIfPresent(
                moved.getSequence(),
                (sequence, command) -> new JournaledCommand(
                        sequence,
                        command.payload(),
                        moved.getStage(),
                        moved.getLastReport(),
                        Math.max(command.repetitions(), moved.getRepetitions())));
    }

    private void queue(Queued queued) {
        lastReportNumber = Math.max(lastReportNumber, queued.getNumber());
        reports.put(queued.getNumber(), queued);
        unconfirmed.add(queued.getNumber());
    }

    private void forget() {
        var ended =
                commands.values().stream().filter(command -> !command.open()).toList();
        for (int i = 0; i < ended.size() - ENDED_KEPT; i++) {
            if (!unconfirmed.contains(ended.get(i).lastReport())) {
                commands.remove(ended.get(i).sequence());
                forgottenUpTo = Math.max(forgottenUpTo, ended.get(i).sequence());
            }
        }
        var referenced = new TreeSet<>(unconfirmed);
        commands.values().forEach(command -> referenced.add(command.lastReport()));
        reports.keySet().retainAll(referenced);
    }

    /** Records that add up to this state again, each of a size that can be written. */
    List<Record> snapshot() {
        var records = new ArrayList<Record>();
        records.add(record(
                Entry.newBuilder().setIntent(intent),
                Entry.newBuilder().setAttempt(attempt),
                Entry.newBuilder().setPins(pins),
                Entry.newBuilder().setWrongCodes(wrongCodes),
                Entry.newBuilder().setOffboarded(offboarded)));
        reports.values().forEach(report -> records.add(record(Entry.newBuilder().setQueued(report))));
        for (var command : commands.values()) {
            records.add(record(
                    Entry.newBuilder()
                            .setAccepted(Accepted.newBuilder()
                                    .setSequence(command.sequence())
                                    .setPayload(command.payload())),
                    Entry.newBuilder()
                            .setMoved(Moved.newBuilder()
                                    .setSequence(command.sequence())
                                    .setStage(command.stage())
                                    .setLastReport(command.lastReport())
                                    .setRepetitions(command.repetitions()))));
        }
        reports.keySet().stream()
                .filter(number -> !unconfirmed.contains(number))
                .forEach(number -> records.add(record(Entry.newBuilder().setConfirmed(number))));
        records.add(record(Entry.newBuilder()
                .setTotals(Totals.newBuilder()
                        .setHighestAccepted(highestAccepted)
                        .setForgottenUpTo(forgottenUpTo)
                        .setLastReportNumber(lastReportNumber)
                        .setCountedOn(countedOn))));
        return records;
    }

    private static Record record(Entry.Builder... entries) {
        var record = Record.newBuilder();
        for (var entry : entries) {
            record.addEntries(entry);
        }
        return record.build();
    }

    /** Whether a command delivered again has the bytes that were accepted. */
    public boolean sameBytes(long sequence, ByteString payload) {
        return command(sequence)
                .map(command -> command.payload().equals(payload))
                .orElse(false);
    }
}
