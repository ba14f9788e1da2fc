package dev.cordon.agent.command;

import dev.cordon.agent.blocklist.BlockListReceiver;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.SignedBlockChanges;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** A block list whose version is the number of changes that came; taking one in can be made to wait. */
final class CountedBlockList implements BlockListReceiver {

    final Semaphore mayReceive = new Semaphore(Integer.MAX_VALUE);
    private final AtomicLong version = new AtomicLong();

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public BlockListInForce receive(SignedBlockChanges signed) {
        mayReceive.acquireUninterruptibly();
        version.incrementAndGet();
        return inForce();
    }

    @Override
    public BlockListInForce inForce() {
        return BlockListInForce.newBuilder().setVersion(version.get()).build();
    }
}
