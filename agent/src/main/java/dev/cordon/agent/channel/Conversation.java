package dev.cordon.agent.channel;

import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.journal.wire.Queued;
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

/** What the agent has to say on a connection, and who listens to the gateway. Called from the channel's threads. */
public interface Conversation {

    Hello hello();

    Heartbeat heartbeat();

    /**
     * The gateway has answered the hello.
     *
     * @throws IOException if the conversation cannot go on now; it is begun again later
     */
    void welcomed(Welcome welcome) throws IOException;

    /** The gateway has been greeted: from now on anything may be said to it. Returns at once. */
    void connected();

    /**
     * A command has come; returns at once.
     *
     * @return false if no more commands can be taken in now; the connection is then ended and made again later
     */
    boolean command(SignedCommand command);

    void reportReceived(long reportNumber);

    /**
     * Changes of the list of blocked files have come, to be taken in before any later command; returns at once.
     *
     * @return false if no more can be taken in now; the connection is then ended and made again later
     */
    boolean blockChanges(SignedBlockChanges changes);

    /** The server says how far an upload is; returns at once. */
    void uploadState(UploadState state);

    /** The machine's next certificate, or none if the server refuses it; returns soon. */
    void renewed(RenewedCertificate certificate);

    /** The gateway says that the server does not know this machine any more; returns at once. */
    void dismissed();

    /** Reports behind this number that the server has not confirmed, in their order. */
    List<Queued> unconfirmedAfter(long number);

    /** The gateways' addresses have changed: keep them, and let them through. */
    void pinned(Pins pins, Set<InetSocketAddress> addresses);
}
