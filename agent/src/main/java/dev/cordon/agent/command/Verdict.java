package dev.cordon.agent.command;

import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.RefusalReason;

/** What came of checking a signed command. */
sealed interface Verdict {

    /** Signed by the tenant, for this machine; what it asks for is not judged yet. */
    record Genuine(Command command) implements Verdict {}

    /** Not to be carried out. */
    record Refusal(RefusalReason reason, String message) implements Verdict {}
}
