package dev.cordon.agent.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.journal.wire.Stage;
import dev.cordon.protocol.wire.Command;

/**
 * A command in the journal.
 *
 * @param payload the signed bytes
 * @param lastReport number of the report that ended it; 0 = none
 * @param repetitions how often it was begun again because the agent had died
 */
public record JournaledCommand(long sequence, ByteString payload, Stage stage, long lastReport, int repetitions) {

    /** The command itself; it was parsed once before it was journaled. */
    public Command command() {
        return parse(payload);
    }

    /** Whether something is still to be done about it. */
    public boolean open() {
        return stage != Stage.STAGE_ENDED;
    }

    static Command parse(ByteString payload) {
        try {
            return Command.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the journal holds a command that cannot be read", e);
        }
    }
}
