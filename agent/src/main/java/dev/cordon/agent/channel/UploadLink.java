package dev.cordon.agent.channel;

import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;

/**
 * The channel as an upload sees it. What was sent may be lost with its connection, so everything names the connection
 * it is meant for. Sending waits for the network, never for an answer. Safe for use by many threads.
 */
public interface UploadLink {

    /** Number of the connection of now, higher than those before it; 0 = there is none. */
    long connection();

    /** @return false if this connection is over */
    boolean offer(long connection, UploadOffer offer);

    /** @return false if this connection is over */
    boolean chunk(long connection, UploadChunk chunk);

    /** Says that an upload is given up; lost when there is no connection. */
    void end(UploadEnd end);
}
