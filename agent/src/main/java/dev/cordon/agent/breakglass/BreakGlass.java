package dev.cordon.agent.breakglass;

import com.google.protobuf.ByteString;
import dev.cordon.agent.command.Enforcement;
import dev.cordon.agent.command.Reports;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.journal.wire.LocalCause;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.BreakGlassCode;
import dev.cordon.protocol.wire.Command;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Ends an isolation on the machine itself with the one-time code the server gave out for it.
 *
 * <p>Works without any connection; what was done, and every wrong try, is journaled and reported when the server is
 * reached again. A code is compared by its hash in constant time and is spent by being used, because the intent it
 * belongs to is gone then. Safe for use by many threads.
 */
public final class BreakGlass {

    private final Journal journal;
    private final Reports reports;
    private final Enforcement enforcement;
    private final Runnable reportsWaiting;
    private final Log log;

    /** @param reportsWaiting run after a report was journaled */
    public BreakGlass(Journal journal, Reports reports, Enforcement enforcement, Runnable reportsWaiting, Log log) {
        this.journal = journal;
        this.reports = reports;
        this.enforcement = enforcement;
        this.reportsWaiting = reportsWaiting;
        this.log = log;
    }

    /**
     * What came of a try.
     *
     * @param message for the person at the machine
     */
    public record Answer(boolean released, String message) {}

    /** Tries a code as a person typed it. */
    public Answer release(String typed) throws JournalException {
        if (journal.read(state -> isolations(state).findAny()).isEmpty()) {
            return new Answer(false, "no isolation was ordered on this machine; there is nothing to release");
        }
        var hash = hash(typed);
        if (hash.isEmpty() || !journal.read(state -> fits(state, hash.get()))) {
            refuse();
            return new Answer(false, "that is not the code of this isolation; the try was recorded");
        }
        if (enforcement.decide(LocalCause.LOCAL_CAUSE_BREAK_GLASS, state -> fits(state, hash.get()))) {
            return new Answer(true, "released; the server will be told as soon as it can be reached");
        }
        return new Answer(
                false,
                "the code is right, but the rules could not be removed yet; the agent keeps trying. 'cordon agent check'"
                        + " says what is missing");
    }

    private void refuse() throws JournalException {
        log.warn("break-glass-refused");
        journal.write(transaction -> {
            transaction.countWrongCode();
            reports.wrongCode(transaction);
            return true;
        });
        reportsWaiting.run();
    }

    private static Optional<byte[]> hash(String typed) {
        try {
            return Optional.of(BreakGlassCode.parse(typed).hash());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean fits(JournalState state, byte[] hash) {
        return isolations(state)
                .map(command -> command.getIsolate().getBreakGlassHash())
                .map(ByteString::toByteArray)
                .anyMatch(expected -> MessageDigest.isEqual(expected, hash));
    }

    /** The isolation in force, and one that is just being put in force. */
    private static Stream<Command> isolations(JournalState state) {
        var attempted = state.attempt()
                .flatMap(attempt -> state.command(attempt.getSequence()))
                .map(JournaledCommand::command)
                .filter(Command::hasIsolate);
        return Stream.concat(state.intended().stream(), attempted.stream());
    }
}
