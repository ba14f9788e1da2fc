package dev.cordon.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.agent.TestIdentity;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.wire.Accepted;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.Started;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose journal is not the one the server has counted reports from. */
final class LostJournalTest {

    @TempDir
    Path directory;

    private final TestIdentity machine = TestIdentity.make();
    private final Reports reports = new Reports(machine.identity(), Clock.systemUTC());

    @Test
    void whenTheJournalIsNewThenReportsGoOnAboveTheServersCountAndThoseThatWaitAreSignedAnew() throws Exception {
        try (var journal = Journal.open(directory, Log.silent())) {
            accept(journal, 5);
            long ended = report(journal, 5);
            report(journal, 6);
            end(journal, 5, ended);
            welcomed(journal, 57);
            assertThat(waiting(journal)).extracting(Report::getReportNumber).containsExactly(58L, 59L);
            assertThat(waiting(journal)).extracting(Report::getSequence).containsExactly(5L, 6L);
            assertThat(journal.<Long>read(
                            state -> state.command(5).orElseThrow().lastReport()))
                    .isEqualTo(58);
            assertThat(report(journal, 7)).isEqualTo(60);
        }
        try (var reopened = Journal.open(directory, Log.silent())) {
            welcomed(reopened, 58);
            assertThat(waiting(reopened)).extracting(Report::getReportNumber).containsExactly(58L, 59L, 60L);
        }
    }

    @Test
    void whenTheJournalHasBeenCountedThenLostConfirmationsChangeNoNumber() throws Exception {
        try (var journal = Journal.open(directory, Log.silent())) {
            welcomed(journal, 0);
            report(journal, 1);
            report(journal, 2);
            welcomed(journal, 2);
            assertThat(waiting(journal)).extracting(Report::getReportNumber).containsExactly(1L, 2L);
            assertThat(report(journal, 3)).isEqualTo(3);
        }
    }

    @Test
    void whenAnOlderCopyOfTheJournalWasPutBackThenReportsGoOnAboveTheServersCount() throws Exception {
        try (var journal = Journal.open(directory, Log.silent())) {
            welcomed(journal, 0);
            report(journal, 1);
            welcomed(journal, 40);
            assertThat(waiting(journal)).extracting(Report::getReportNumber).containsExactly(41L);
        }
    }

    @Test
    void whenMoreReportsWaitThanTheServerHasCountedThenTheyKeepTheirOrder() throws Exception {
        try (var journal = Journal.open(directory, Log.silent())) {
            for (int sequence = 1; sequence <= 5; sequence++) {
                report(journal, sequence);
            }
            welcomed(journal, 3);
            assertThat(waiting(journal)).extracting(Report::getSequence).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(waiting(journal)).extracting(Report::getReportNumber).containsExactly(6L, 7L, 8L, 9L, 10L);
        }
    }

    private static void accept(Journal journal, long sequence) throws JournalException {
        journal.write(transaction -> {
            transaction.accept(Accepted.newBuilder().setSequence(sequence).build());
            return true;
        });
    }

    private static void end(Journal journal, long sequence, long lastReport) throws JournalException {
        journal.write(transaction -> {
            transaction.end(sequence, lastReport);
            return true;
        });
    }

    private long report(Journal journal, long sequence) throws JournalException {
        return journal.write(transaction -> reports.about(
                transaction, sequence, "", List.of(), report -> report.setStarted(Started.getDefaultInstance())));
    }

    private void welcomed(Journal journal, long lastApplied) throws JournalException {
        journal.write(transaction -> {
            reports.countOn(transaction, lastApplied);
            return true;
        });
    }

    /** The reports that wait, with their signatures checked. */
    private List<Report> waiting(Journal journal) {
        return journal.read(state -> state.unconfirmedAfter(0)).stream()
                .map(queued -> {
                    try {
                        return Envelopes.open(
                                SignedReport.parseFrom(queued.getSignedReport()),
                                machine.identity().chain().getFirst().getPublicKey());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }
}
