package dev.cordon.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.cordon.agent.journal.wire.Accepted;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path directory;

    private Journal open() throws JournalException {
        return Journal.open(directory, Log.silent());
    }

    private static void accept(Journal journal, long sequence) throws JournalException {
        journal.write(transaction -> {
            transaction.accept(Accepted.newBuilder()
                    .setSequence(sequence)
                    .setPayload(ByteString.copyFromUtf8("command " + sequence))
                    .build());
            return true;
        });
    }

    @Test
    void whenOpenedAgainThenNothingWrittenIsLost() throws Exception {
        try (var journal = open()) {
            accept(journal, 3);
            accept(journal, 7);
        }
        try (var journal = open()) {
            assertThat(journal.<Long>read(JournalState::highestAccepted)).isEqualTo(7);
            assertThat(journal.<Long>read(JournalState::openCommands)).isEqualTo(2);
            assertThat(journal.<Boolean>read(state -> state.sameBytes(3, ByteString.copyFromUtf8("command 3"))))
                    .isTrue();
        }
    }

    @Test
    void whenTheTailIsTornAtAnyByteThenAllBeforeItIsKept() throws Exception {
        long before;
        try (var journal = open()) {
            accept(journal, 1);
            before = Files.size(directory.resolve("journal.log"));
            accept(journal, 2);
        }
        var file = directory.resolve("journal.log");
        var whole = Files.readAllBytes(file);
        for (int length = (int) before; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var journal = open()) {
                assertThat(journal.<Long>read(JournalState::highestAccepted))
                        .as("cut at %d", length)
                        .isEqualTo(1);
                accept(journal, 9);
            }
            try (var journal = open()) {
                assertThat(journal.<Long>read(JournalState::highestAccepted)).isEqualTo(9);
            }
        }
    }

    @Test
    void whenTheFirstBytesAreTornThenItStartsAnew() throws Exception {
        for (int length = 0; length < Records.MAGIC.length; length++) {
            Files.write(directory.resolve("journal.log"), Arrays.copyOf(Records.MAGIC, length));
            try (var journal = open()) {
                assertThat(journal.<Long>read(JournalState::highestAccepted)).isZero();
                accept(journal, 1);
            }
        }
    }

    @Test
    void whenARecordInTheMiddleIsDamagedThenItIsNotReadPastIt() throws Exception {
        try (var journal = open()) {
            accept(journal, 1);
            accept(journal, 2);
        }
        var file = directory.resolve("journal.log");
        var bytes = Files.readAllBytes(file);
        bytes[Records.MAGIC.length + 10] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(this::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("damaged at byte 8")
                .hasMessageContaining("restore the state directory");
    }

    @Test
    void whenTheDiskIsFullThenNothingHappenedAndItCanBeTriedAgain() throws Exception {
        var writes = new AtomicInteger(2);
        try (var journal = CrashingFile.open(directory, writes)) {
            accept(journal, 1);
            assertThatThrownBy(() -> accept(journal, 2)).hasMessageContaining("free space");
            assertThat(journal.<Long>read(JournalState::highestAccepted)).isEqualTo(1);
            writes.set(100);
            accept(journal, 3);
        }
        try (var journal = open()) {
            assertThat(journal.<Long>read(JournalState::highestAccepted)).isEqualTo(3);
            assertThat(journal.<Boolean>read(state -> state.command(2).isPresent()))
                    .isFalse();
        }
    }

    @Test
    void whenItGrowsThenItIsCompactedAndSaysTheSame() throws Exception {
        try (var journal = open()) {
            for (long sequence = 1; sequence <= 2_000; sequence++) {
                accept(journal, sequence);
                long number = sequence;
                journal.write(transaction -> {
                    transaction.queue(Queued.newBuilder()
                            .setNumber(transaction.takeReportNumber())
                            .setSignedReport(ByteString.copyFrom(new byte[300]))
                            .build());
                    transaction.end(number, number);
                    return true;
                });
                if (sequence <= 1_990) {
                    journal.confirmed(sequence);
                }
            }
        }
        assertThat(Files.size(directory.resolve("journal.log"))).isLessThan(600_000);
        try (var journal = open()) {
            assertThat(journal.<Long>read(JournalState::highestAccepted)).isEqualTo(2_000);
            assertThat(journal.<Long>read(JournalState::lastReportNumber)).isEqualTo(2_000);
            assertThat(journal.<Integer>read(JournalState::unconfirmedReports)).isEqualTo(10);
            assertThat(journal.<Long>read(JournalState::openCommands)).isZero();
            assertThat(journal.<Boolean>read(state -> state.command(2_000).isPresent()))
                    .isTrue();
            assertThat(journal.<Long>read(JournalState::forgottenUpTo)).isEqualTo(2_000 - JournalState.ENDED_KEPT);
        }
    }

    @Test
    void whenAnotherProcessLooksThenTheFileIsNotChanged() throws Exception {
        try (var journal = open()) {
            accept(journal, 5);
        }
        var file = directory.resolve("journal.log");
        Files.write(file, new byte[] {1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);
        var before = Files.readAllBytes(file);
        assertThat(Journal.<Long>peek(directory, JournalState::highestAccepted)).isEqualTo(5);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void whenItIsNoJournalThenItIsNotTouched() throws IOException {
        var file = directory.resolve("journal.log");
        Files.writeString(file, "something else entirely");
        assertThatThrownBy(this::open).hasMessageContaining("not a journal of this version");
        assertThat(Files.readString(file)).isEqualTo("something else entirely");
    }
}
