package dev.cordon.agent;

import dev.cordon.agent.breakglass.BreakGlass;
import dev.cordon.agent.breakglass.LocalSocket;
import dev.cordon.agent.command.Enforcement;
import dev.cordon.agent.command.Reports;
import dev.cordon.agent.command.ServerClock;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.enrollment.IdentityStore;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.storage.StateDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Set;

/** {@code status} and {@code release}: by the running agent, or without it on what it left. */
record LocalCommands(StateDirectory state, Log log, PrintStream out) {

    int status() throws IOException, AgentException, EnrollmentException {
        var answer = LocalSocket.ask(state.socket(), "status");
        if (answer.isPresent()) {
            out.print(answer.get().text());
            return answer.get().good() ? 0 : 1;
        }
        var status = new Status(
                identity(),
                () -> "the agent is not running; start it with 'cordon agent run'",
                new ServerClock(Clock.systemUTC()));
        try {
            out.print(Journal.peek(state.journal(), status::describe));
            return 0;
        } catch (JournalException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    int release(String code) throws IOException, AgentException, EnrollmentException {
        var running = LocalSocket.ask(state.socket(), "release " + code);
        if (running.isPresent()) {
            out.print(running.get().text());
            return running.get().good() ? 0 : 1;
        }
        var identity = identity();
        try (var lock = state.tryLock()
                        .orElseThrow(() -> new AgentException(
                                "an agent runs on " + state.path() + " but does not answer: end it and try again",
                                null));
                var journal = Journal.open(state.journal(), log);
                var isolation = PlatformIsolation.open(state.path())) {
            var reports = new Reports(identity, Clock.systemUTC());
            var enforcement = new Enforcement(isolation, journal, reports, Set::of, () -> {}, log);
            var answer = new BreakGlass(journal, reports, enforcement, () -> {}, log).release(code);
            out.println(answer.message());
            return answer.released() ? 0 : 1;
        } catch (JournalException e) {
            throw new AgentException(String.valueOf(e.getMessage()), e);
        }
    }

    private Identity identity() throws AgentException, EnrollmentException {
        return new IdentityStore(state)
                .load()
                .orElseThrow(() -> new AgentException(
                        "no agent runs on " + state.path() + " and no machine is enrolled there; is --state right?",
                        null));
    }
}
