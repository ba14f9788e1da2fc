package dev.cordon.agent;

import dev.cordon.agent.blocklist.BlockListReceiver;
import dev.cordon.agent.channel.Conversation;
import dev.cordon.agent.channel.Uplink;
import dev.cordon.agent.command.CommandIntake;
import dev.cordon.agent.command.Enforcement;
import dev.cordon.agent.command.Reports;
import dev.cordon.agent.command.ServerClock;
import dev.cordon.agent.command.Tasks;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.facts.FactsSource;
import dev.cordon.agent.journal.Journal;
import dev.cordon.agent.journal.JournalException;
import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.upload.Uploads;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.RenewedCertificate;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.protocol.wire.Welcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** Brings what the channel hears to those it concerns, and tells it what to say. Safe for use by many threads. */
record AgentConversation(
        Journal journal,
        Reports reports,
        Enforcement enforcement,
        Tasks tasks,
        CommandIntake intake,
        ExecutionControl execution,
        BlockListReceiver blockList,
        Uploads uploads,
        Uplink uplink,
        Departure departure,
        CertificateKeeper certificates,
        FactsSource facts,
        ServerClock serverClock,
        Log log)
        implements Conversation {

    private static final int PROTOCOL_VERSION = 1;

    @Override
    public Hello hello() {
        return Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setLastJournaledSequence(journal.read(JournalState::highestAccepted))
                .setFacts(facts.read())
                .addCapabilities(enforcement.capability())
                .addAllCapabilities(tasks.capabilities())
                .addCapabilities(execution.blocking())
                .addAllStates(enforcement.observe())
                .addAllStates(tasks.observe())
                .setBlockListVersion(blockList.version())
                .build();
    }

    @Override
    public Heartbeat heartbeat() {
        return Heartbeat.newBuilder()
                .setFacts(facts.read())
                .addAllStates(enforcement.observe())
                .addAllStates(tasks.observe())
                .build();
    }

    @Override
    public void welcomed(Welcome welcome) throws IOException {
        serverClock.set(welcome.getServerTimeMicros());
        if (serverClock.offset().abs().toSeconds() > 60) {
            log.warn("clock-differs", "seconds", serverClock.offset().toSeconds());
        }
        try {
            journal.write(transaction -> {
                reports.countOn(transaction, welcome.getLastReportNumber());
                return true;
            });
        } catch (JournalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void connected() {
        uplink.blockListInForce(blockList.inForce());
        uploads.connected();
    }

    @Override
    public boolean command(SignedCommand command) {
        return intake.offer(command);
    }

    @Override
    public boolean blockChanges(SignedBlockChanges changes) {
        return intake.offer(changes);
    }

    @Override
    public void uploadState(UploadState state) {
        uploads.told(state);
    }

    @Override
    public void reportReceived(long reportNumber) {
        journal.confirmed(reportNumber);
        departure.look();
    }

    @Override
    public void renewed(RenewedCertificate certificate) {
        certificates.came(certificate.getChainList());
    }

    @Override
    public void dismissed() {
        departure.dismissed();
    }

    @Override
    public List<Queued> unconfirmedAfter(long number) {
        return journal.read(state -> state.unconfirmedAfter(number));
    }

    @Override
    public void pinned(Pins pins, Set<InetSocketAddress> addresses) {
        try {
            journal.write(transaction -> {
                if (!transaction.state().pins().equals(pins)) {
                    transaction.pin(pins);
                }
                return true;
            });
        } catch (JournalException e) {
            log.error(e, "gateways-not-kept");
        }
        enforcement.controlChanged(addresses);
    }
}
