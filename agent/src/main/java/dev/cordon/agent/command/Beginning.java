package dev.cordon.agent.command;

import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.Transaction;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Started;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The first step of every command that is carried out, the same for all of them. Immutable. */
record Beginning(WorkLoop loop, Reports reports, ServerClock serverClock) {

    /**
     * Journals that the command has started, and the report of it, unless it was cancelled or has expired meanwhile.
     *
     * @param allowed asked inside the transaction whether it may start now
     * @param with what is journaled in the same transaction
     */
    boolean begin(Command command, Predicate<JournalState> allowed, Consumer<Transaction> with) {
        long sequence = command.getSequence();
        return loop.patiently(transaction -> {
            var state = transaction.state();
            boolean waiting = state.command(sequence)
                    .filter(entry -> entry.stage() == Stage.STAGE_ACCEPTED)
                    .isPresent();
            if (!waiting || !allowed.test(state)) {
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
            with.accept(transaction);
            reports.about(
                    transaction,
                    sequence,
                    command.getActionId(),
                    List.of(),
                    report -> report.setStarted(Started.getDefaultInstance()));
            return true;
        });
    }
}
