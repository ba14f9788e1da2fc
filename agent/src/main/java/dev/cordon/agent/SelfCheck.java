package dev.cordon.agent;

import dev.cordon.agent.breakglass.LocalSocket;
import dev.cordon.agent.enrollment.EnrollmentException;
import dev.cordon.agent.enrollment.IdentityStore;
import dev.cordon.agent.install.Installation;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.storage.StateDirectory;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** {@code check}: looks whether everything the agent needs is there, and says what to do where it is not. */
final class SelfCheck {

    private static final int CONNECT_MILLIS = 3_000;

    private final StateDirectory state;
    private final PrintStream out;
    private boolean good = true;

    SelfCheck(StateDirectory state, PrintStream out) {
        this.state = state;
        this.out = out;
    }

    /** Exit status: 0 if the machine can be managed and isolated. */
    int run() throws EnrollmentException {
        stateDirectory();
        var identity = new IdentityStore(state).load();
        say(
                identity.isPresent(),
                "enrolled",
                identity.map(it -> "machine " + it.machineId()).orElse("no: run 'cordon agent enroll'"));
        journal();
        isolation();
        capabilities();
        identity.ifPresent(it -> it.gateways().forEach(this::gateway));
        say(
                new Installation(Path.of("/"), state.path().toAbsolutePath(), Path.of("/usr/bin/java"), "-").present(),
                "boot",
                "units of systemd, which start the agent and keep an isolation across a reboot ('cordon agent install'"
                        + " writes them)");
        return good ? 0 : 1;
    }

    private void stateDirectory() {
        try {
            var mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(state.path()));
            say(mode.equals("rwx------"), "state", state.path() + " has mode " + mode + "; it should be rwx------");
        } catch (IOException e) {
            say(false, "state", state.path() + " cannot be read; run as root, or give --state");
        }
    }

    private void journal() {
        try {
            long waiting = Journal.peek(state.journal(), JournalState::unconfirmedReports);
            say(true, "journal", "can be read; " + waiting + " reports wait for the server");
        } catch (JournalException e) {
            say(false, "journal", String.valueOf(e.getMessage()));
        }
    }

    private void isolation() {
        try (var isolation = PlatformIsolation.open(state.path())) {
            var capability = isolation.probe();
            good &= capability.getSupport() != Support.SUPPORT_UNSUPPORTED;
            out.print(CapabilityText.line(capability));
        }
    }

    /** Of the running agent, which has probed them and holds what they need; without one, of a look at the machine. */
    private void capabilities() {
        try {
            var answer = LocalSocket.ask(state.socket(), "capabilities");
            if (answer.isPresent() && answer.get().good()) {
                out.print(answer.get().text());
                return;
            }
        } catch (IOException e) {
            // told below like an agent that is not running
        }
        out.println("--   agent      none runs on " + state.path()
                + " ('cordon agent run' starts it); what it could do here:");
        try {
            out.print(CapabilityProbe.ofThisMachine());
        } catch (IOException e) {
            say(false, "others", "what else this machine can do could not be looked at: " + e.getMessage());
        }
    }

    private void gateway(String name) {
        int colon = name.lastIndexOf(':');
        var host = name.substring(0, colon).replaceAll("[\\[\\]]", "");
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, Integer.parseInt(name.substring(colon + 1))), CONNECT_MILLIS);
            say(true, "gateway", name + " can be reached");
        } catch (IOException | RuntimeException e) {
            say(
                    false,
                    "gateway",
                    name + " cannot be reached (" + e.getMessage() + "): look at the network and firewalls");
        }
    }

    private void say(boolean fine, String what, String detail) {
        good &= fine;
        out.printf("%-4s %-10s %s%n", fine ? "ok" : "NO", what, detail.strip());
    }
}
