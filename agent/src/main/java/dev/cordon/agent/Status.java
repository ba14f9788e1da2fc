package dev.cordon.agent;

import dev.cordon.agent.command.ServerClock;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.wire.LocalCause;
import dev.cordon.protocol.wire.IsolationMode;
import java.util.Locale;
import java.util.function.Supplier;

/** Says in plain words how an agent stands. Immutable. */
record Status(Identity identity, Supplier<String> channel, ServerClock serverClock) {

    String describe(JournalState state) {
        var text = new StringBuilder();
        line(text, "machine", identity.machineId().value());
        line(text, "tenant", identity.tenantId());
        line(text, "channel", channel.get());
        line(text, "isolation", isolation(state));
        line(text, "commands", state.openCommands() == 0 ? "none waiting" : state.openCommands() + " waiting");
        line(
                text,
                "reports",
                state.unconfirmedReports() == 0
                        ? "all confirmed by the server"
                        : state.unconfirmedReports() + " wait for the server's confirmation");
        if (state.wrongCodes() > 0) {
            line(text, "codes", state.wrongCodes() + " wrong break-glass codes were tried so far");
        }
        if (serverClock.offset().abs().toSeconds() >= 5) {
            line(
                    text,
                    "clock",
                    "differs from the server's by " + serverClock.offset().toSeconds() + " s");
        }
        return text.toString();
    }

    private static String isolation(JournalState state) {
        if (state.attempt().isPresent()) {
            return "being changed by command " + state.attempt().get().getSequence();
        }
        if (state.intent().getUnsettled() != LocalCause.LOCAL_CAUSE_UNSPECIFIED) {
            return "being released on this machine";
        }
        return state.intended()
                .map(command -> (command.getIsolate().getMode() == IsolationMode.ISOLATION_MODE_FULL
                                ? "isolated (full)"
                                : "isolated (selective)")
                        + " by command " + command.getSequence()
                        + "; 'cordon agent release --code CODE' ends it with the one-time code")
                .orElse("not isolated");
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-10s %s%n", name, value));
    }
}
