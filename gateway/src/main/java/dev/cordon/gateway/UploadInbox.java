package dev.cordon.gateway;

import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import java.util.Optional;

/**
 * Port: what machines hand over. Methods block on the disk; the gateway calls them for one machine in the order in which
 * the messages came, never two at a time, and not from an event loop.
 */
public interface UploadInbox {

    /** Of a gateway that takes no uploads. */
    UploadInbox NONE = new UploadInbox() {
        @Override
        public UploadState offered(MachineRef machine, UploadOffer offer) {
            return UploadState.newBuilder()
                    .setUploadId(offer.getUploadId())
                    .setRefused("this server takes no uploads")
                    .build();
        }

        @Override
        public Optional<UploadState> chunk(MachineRef machine, UploadChunk chunk, boolean more) {
            return Optional.empty();
        }

        @Override
        public void ended(MachineRef machine, UploadEnd end) {
            // nothing was kept
        }

        @Override
        public void disconnected(MachineRef machine) {
            // nothing is open
        }
    };

    /** Takes or refuses an upload, and tells how much of it is here already. Offers are repeated after a reconnect. */
    UploadState offered(MachineRef machine, UploadOffer offer);

    /**
     * Takes a chunk. It may stay without an answer only while more of the same upload waits: then the answer to the next
     * chunk covers this one.
     *
     * @param more whether another chunk of this upload is here already
     */
    Optional<UploadState> chunk(MachineRef machine, UploadChunk chunk, boolean more);

    /** The machine gave the upload up. */
    void ended(MachineRef machine, UploadEnd end);

    /** The machine's connection is gone; its unfinished uploads go on after the next offer. */
    void disconnected(MachineRef machine);
}
