package dev.cordon.agent.blocklist;

import com.google.protobuf.ByteString;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.Envelopes;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.BlockChanges;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.SignedBlockChanges;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Keeps the tenant's block list on this machine: takes only changes that the tenant signed, only from exactly the
 * version at hand, never back to an older one; has them on disk and in force before they are answered. After a restart the list on disk is in force before anything is connected.
 *
 * <p>A damaged file counts as none: version 0 makes the server send the whole list. Safe for use by many threads.
 */
public final class BlockLists implements BlockListReceiver {

    /** More would take too much of the agent's memory. */
    static final int MOST_FILES = 200_000;

    /** Of Ed25519. */
    private static final int SIGNATURE_BYTES = 64;

    private final Identity identity;
    private final BlockListFile file;
    private final BlockListEnforcer enforcer;
    private final Log log;
    private final List<Consumer<BlockList>> observers = new CopyOnWriteArrayList<>();
    private volatile BlockList list;
    private volatile Capability enforcement;

    private BlockLists(Identity identity, BlockListFile file, BlockListEnforcer enforcer, Log log, BlockList list) {
        this.identity = identity;
        this.file = file;
        this.enforcer = enforcer;
        this.log = log;
        this.list = list;
        this.enforcement = enforcer.enforce(list);
    }

    /**
     * Reads the list from the agent's state directory and enforces it.
     *
     * @throws IOException if the file is there but cannot be read
     */
    public static BlockLists open(Path stateDirectory, Identity identity, BlockListEnforcer enforcer, Log log)
            throws IOException {
        var file = new BlockListFile(stateDirectory.resolve("blocklist"));
        BlockList list;
        try {
            list = file.read();
        } catch (BlockListFile.DamagedException e) {
            log.warn(e, "block-list-damaged", "then", "the server is asked for all of it");
            list = BlockList.NONE;
        }
        return new BlockLists(identity, file, enforcer, log, list);
    }

    /** Tells the observer the list at hand, now, and every later one after it came into force. Must return soon. */
    public synchronized void observe(Consumer<BlockList> observer) {
        observers.add(observer);
        observer.accept(list);
    }

    /** The list in force. */
    public BlockList list() {
        return list;
    }

    @Override
    public long version() {
        return list.version();
    }

    @Override
    public BlockListInForce inForce() {
        return answer("");
    }

    @Override
    public synchronized BlockListInForce receive(SignedBlockChanges signed) {
        try {
            BlockList next = next(genuine(signed));
            enforcement = enforceAndStore(next);
            list = next;
            observers.forEach(observer -> observer.accept(next));
            log.info(
                    "block-list-changed",
                    "version",
                    next.version(),
                    "files",
                    next.blocked().size());
            return answer("");
        } catch (RejectedException e) {
            log.warn("block-list-refused", "reason", e.getMessage(), "version", list.version());
            return answer("Changes of the block list were refused: " + e.getMessage() + ".");
        } catch (IOException e) {
            log.error(e, "block-list-not-stored", "version", list.version());
            return answer("Changes of the block list could not be stored (" + e.getMessage()
                    + "); the list before them stays in force.");
        }
    }

    /**
     * Side by side, because a file is to be refused at once and a disk takes its time.
     *
     * @throws IOException if it could not be stored; the list before it is in force again
     */
    private Capability enforceAndStore(BlockList next) throws IOException {
        var storing = new FutureTask<>(() -> {
            file.write(next);
            return next;
        });
        Thread.ofVirtual().name("block-list-storing").start(storing);
        var answer = enforcer.enforce(next);
        try {
            storing.get();
            return answer;
        } catch (ExecutionException e) {
            enforcement = enforcer.enforce(list);
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            enforcement = enforcer.enforce(list);
            throw new IOException("interrupted while it was stored", e);
        }
    }

    /**
     * Goes once through the check of a signature, so that the run time knows the way when the first changes come: they
     * are in force some ten milliseconds sooner. Changes nothing.
     */
    public void rehearse() {
        var nobodys = SignedBlockChanges.newBuilder()
                .setKeyId(Envelopes.keyId(identity.commandKeys().getFirst()))
                .setPayload(BlockChanges.getDefaultInstance().toByteString())
                .setSignature(ByteString.copyFrom(new byte[SIGNATURE_BYTES]))
                .build();
        try {
            genuine(nobodys);
        } catch (RejectedException e) {
            log.debug("block-list-rehearsed");
        }
    }

    private BlockChanges genuine(SignedBlockChanges signed) throws RejectedException {
        var key = identity.commandKey(signed.getKeyId())
                .orElseThrow(() -> new RejectedException("signed with a key that is not pinned here"));
        try {
            var changes = Envelopes.open(signed, key);
            if (!changes.getTenantId().equals(identity.tenantId())) {
                throw new RejectedException("for another tenant");
            }
            return changes;
        } catch (InvalidEnvelopeException e) {
            throw new RejectedException(String.valueOf(e.getMessage()));
        }
    }

    private BlockList next(BlockChanges changes) throws RejectedException {
        long from = changes.getFromVersion();
        long to = changes.getToVersion();
        if (from != 0 && from != list.version()) {
            throw new RejectedException("they start at version " + from + ", here is version " + list.version());
        }
        if (to < list.version() || to < from || to <= 0) {
            throw new RejectedException("they lead back from version " + list.version() + " to " + to);
        }
        BlockList next;
        try {
            next = (from == 0 ? BlockList.NONE : list).with(to, changes.getChangesList());
        } catch (IllegalArgumentException e) {
            throw new RejectedException(String.valueOf(e.getMessage()));
        }
        if (next.blocked().size() > MOST_FILES) {
            throw new RejectedException("a list of " + next.blocked().size() + " files is over the limit of "
                    + MOST_FILES + " that an agent holds");
        }
        return next;
    }

    /** Blocks nothing any more and forgets the list, because the agent leaves the machine. */
    public synchronized void forget() throws IOException {
        file.write(BlockList.NONE);
        list = BlockList.NONE;
        enforcement = enforcer.enforce(BlockList.NONE);
        observers.forEach(observer -> observer.accept(BlockList.NONE));
    }

    private BlockListInForce answer(String problem) {
        var answer = BlockListInForce.newBuilder()
                .setVersion(list.version())
                .setSupport(enforcement.getSupport())
                .addAllLimits(enforcement.getLimitsList());
        if (!problem.isEmpty()) {
            answer.addLimits(problem);
        }
        return answer.build();
    }

    private static final class RejectedException extends Exception {
        private static final long serialVersionUID = 1L;

        RejectedException(String message) {
            super(message);
        }
    }
}
