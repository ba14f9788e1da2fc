package dev.cordon.agent.command;

import dev.cordon.agent.channel.Uplink;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.SignedReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway that only answers pings, and remembers what it was told. */
final class AnsweringUplink implements Uplink {

    final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    final List<SignedReport> repeated = new CopyOnWriteArrayList<>();
    final List<Progress> progress = new CopyOnWriteArrayList<>();
    final List<Long> blockLists = new CopyOnWriteArrayList<>();
    volatile boolean answers = true;

    @Override
    public void acknowledge(long sequence) {
        acknowledged.add(sequence);
    }

    @Override
    public void reportsWaiting() {}

    @Override
    public void repeat(SignedReport report) {
        repeated.add(report);
    }

    @Override
    public void blockListInForce(BlockListInForce inForce) {
        blockLists.add(inForce.getVersion());
    }

    @Override
    public void progress(Progress told) {
        progress.add(told);
    }

    @Override
    public CompletableFuture<Void> signOfLife() {
        return answers ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
    }
}
