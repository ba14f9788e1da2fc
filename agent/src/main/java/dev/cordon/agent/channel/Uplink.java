package dev.cordon.agent.channel;

import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.SignedReport;
import java.util.concurrent.CompletableFuture;

/**
 * What may be said to the gateway at any time. Nothing here waits for an answer or fails: what cannot be said now is
 * said on the next connection. Safe for use by many threads.
 */
public interface Uplink {

    /** All commands up to this sequence are in the journal. */
    void acknowledge(long sequence);

    /** The journal holds reports that have not been sent. */
    void reportsWaiting();

    /** Sends a report once more although it may have been confirmed. */
    void repeat(SignedReport report);

    /** Tells which list of blocked files is in force; lost when there is no connection, and said again on the next. */
    void blockListInForce(BlockListInForce inForce);

    /** Tells how far a command is; lost when there is no connection. */
    void progress(Progress progress);

    /**
     * Asks the gateway for a sign of life. Completes when it has answered a question that was asked after this call,
     * on the connection of now or on a later one: proof that both directions work.
     */
    CompletableFuture<Void> signOfLife();
}
