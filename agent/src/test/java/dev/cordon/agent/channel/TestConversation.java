package dev.cordon.agent.channel;

import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.journal.wire.Queued;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.RenewedCertificate;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.protocol.wire.Welcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** An agent that remembers what it heard and has something to report. */
final class TestConversation implements Conversation {

    final List<Long> commands = new CopyOnWriteArrayList<>();
    final List<Welcome> welcomes = new CopyOnWriteArrayList<>();
    final ConcurrentSkipListMap<Long, Queued> unconfirmed = new ConcurrentSkipListMap<>();
    final List<SignedBlockChanges> blockChanges = new CopyOnWriteArrayList<>();
    volatile LongConsumer acknowledge = _ -> {};
    volatile Runnable connected = () -> {};
    volatile Consumer<UploadState> uploadState = _ -> {};
    volatile Consumer<RenewedCertificate> renewed = _ -> {};

    void report(long number) {
        var report = SignedReport.newBuilder()
                .setPayload(Report.newBuilder().setReportNumber(number).build().toByteString());
        unconfirmed.put(
                number,
                Queued.newBuilder()
                        .setNumber(number)
                        .setSignedReport(report.build().toByteString())
                        .build());
    }

    @Override
    public Hello hello() {
        return Hello.newBuilder()
                .setProtocolVersion(1)
                .setLastJournaledSequence(commands.isEmpty() ? 0 : commands.getLast())
                .build();
    }

    @Override
    public Heartbeat heartbeat() {
        return Heartbeat.getDefaultInstance();
    }

    @Override
    public void welcomed(Welcome welcome) {
        welcomes.add(welcome);
    }

    @Override
    public void connected() {
        connected.run();
    }

    @Override
    public boolean blockChanges(SignedBlockChanges changes) {
        blockChanges.add(changes);
        return true;
    }

    @Override
    public void uploadState(UploadState state) {
        uploadState.accept(state);
    }

    @Override
    public boolean command(SignedCommand command) {
        try {
            long sequence = Command.parseFrom(command.getPayload()).getSequence();
            commands.add(sequence);
            acknowledge.accept(sequence);
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void renewed(RenewedCertificate certificate) {
        renewed.accept(certificate);
    }

    @Override
    public void dismissed() {}

    @Override
    public void reportReceived(long reportNumber) {
        unconfirmed.remove(reportNumber);
    }

    @Override
    public List<Queued> unconfirmedAfter(long number) {
        return List.copyOf(unconfirmed.tailMap(number, false).values());
    }

    @Override
    public void pinned(Pins pins, Set<InetSocketAddress> addresses) {}
}
