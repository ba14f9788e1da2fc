package dev.cordon.gateway;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.InvalidEnvelopeException;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.GatewayMessage;
import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.HeartbeatReceived;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.RenewedCertificate;
import dev.cordon.protocol.wire.ReportReceived;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadOffer;
import dev.cordon.protocol.wire.UploadState;
import dev.cordon.protocol.wire.Welcome;
import java.security.cert.CertificateEncodingException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine's conversation, from its Hello to the end of its connection.
 *
 * <p><b>Order.</b> Everything that touches the store runs in the machine's lane: in the order in which messages came,
 * one at a time, off the event loop. A session that replaces another takes over its lane, so that the last work of the
 * old connection is done before the first of the new one.
 *
 * <p><b>Delivery.</b> {@link #deliver} takes what lies behind the last command sent, as far as the window has room and
 * the agent reads. It runs after the Hello, on every hint, acknowledgement and heartbeat, and when the agent reads
 * again; so a hint that was lost costs at most a heartbeat. A command that was marked delivered as it was made is sent
 * as it is, without a look into the store, if it is the next one.
 *
 * <p><b>Trouble.</b> A message that the store could not take is not answered, and the connection is given up: the agent
 * has everything in its journal and comes again. No later message of the same connection is worked on.
 */
final class AgentSession {

    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

    /** Commands taken at a time, so that a reader who has become slow is noticed in between. */
    private static final int BATCH = 8;

    private final AgentSessions.Ports ports;
    private final AgentSessions sessions;
    private final Identification.Identity identity;
    private final AgentLink link;
    private final SerialLane lane;
    private final BlockListDelivery blocks;
    private @Nullable AgentSession replaced;
    private final ConcurrentMap<String, Integer> chunksWaiting = new ConcurrentHashMap<>();
    private final AtomicBoolean woken = new AtomicBoolean();

    // touched in the lane only
    private final Queue<Long> unacknowledged = new ArrayDeque<>();
    private boolean welcomed;
    private long lastSent;

    AgentSession(
            AgentSessions.Ports ports,
            AgentSessions sessions,
            Identification.Identity identity,
            AgentLink link,
            SerialLane lane,
            @Nullable AgentSession replaced) {
        this.ports = ports;
        this.sessions = sessions;
        this.identity = identity;
        this.link = link;
        this.lane = lane;
        this.replaced = replaced;
        this.blocks = new BlockListDelivery(ports.blocks(), identity.machine(), link);
    }

    MachineRef machine() {
        return identity.machine();
    }

    SerialLane lane() {
        return lane;
    }

    /** Called once, before any other message. */
    void begin(Hello hello) {
        if (replaced != null) {
            replaced.goodbye(GoodbyeReason.GOODBYE_REASON_REPLACED, "this machine has connected again");
            replaced = null;
        }
        if (identity.lapsed()) {
            work(() -> {
                renewCertificate();
                goodbye(
                        GoodbyeReason.GOODBYE_REASON_CERTIFICATE_LAPSED,
                        "the machine's certificate has run out; come again with the new one");
            });
            return;
        }
        work(() -> {
            long lastReport = ports.inbox().connected(machine(), hello, link.remoteAddress());
            link.send(GatewayMessage.newBuilder()
                    .setWelcome(Welcome.newBuilder()
                            .setServerTimeMicros(micros())
                            .setHeartbeatSeconds(
                                    (int) ports.settings().heartbeat().toSeconds())
                            .addAllGateways(ports.gateways().get())
                            .setLastReportNumber(lastReport))
                    .build());
            welcomed = true;
            blocks.begin(hello.getBlockListVersion());
            lastSent = hello.getLastJournaledSequence();
            if (lastSent > 0) {
                ports.commands().acknowledged(machine(), lastSent);
            }
            deliver();
        });
    }

    /** A message other than Hello. */
    void received(AgentMessage message, int bytes) {
        link.messageCame(bytes);
        if (message.hasUploadChunk()) {
            chunksWaiting.merge(message.getUploadChunk().getUploadId(), 1, Integer::sum);
        }
        lane.execute(() -> {
            try {
                guarded(() -> handle(message));
            } finally {
                link.messageDone(bytes);
            }
        });
    }

    /** Looks for commands soon; any number of calls before that cost one look. Never blocks. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            work(() -> {
                woken.set(false);
                deliver();
            });
        }
    }

    /** The list of blocked files has changed; it is sent soon. Never blocks. */
    void listChanged() {
        blocks.hint();
        wake();
    }

    /**
     * A command that the store holds as delivered already. Sent by the caller's own thread if the lane is idle: a switch
     * to another would take longer than all of it.
     */
    void handOver(CommandSource.Delivery delivery) {
        lane.executeAtOnce(() -> guarded(() -> {
            boolean next = welcomed && delivery.sequence() == lastSent + 1;
            if (next && room() > 0 && link.takesMore() && blocks.deliver()) {
                send(delivery);
            } else {
                deliver();
            }
        }));
    }

    void goodbye(GoodbyeReason reason, String message) {
        link.goodbye(reason, message);
    }

    /** The connection is gone. */
    void ended() {
        lane.execute(() -> {
            try {
                if (sessions.holds(this)) {
                    ports.slots().leave(machine());
                    ports.uploads().disconnected(machine());
                    ports.inbox().disconnected(machine());
                }
            } catch (RuntimeException e) {
                trouble("gateway.disconnect_failed", e);
            } finally {
                sessions.remove(this);
            }
        });
    }

    private void work(Runnable work) {
        lane.execute(() -> guarded(work));
    }

    private void guarded(Runnable work) {
        if (link.ending()) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException e) {
            trouble("gateway.message_failed", e);
            link.giveUp();
        }
    }

    private void handle(AgentMessage message) {
        switch (message.getBodyCase()) {
            case ACKNOWLEDGE -> acknowledge(message.getAcknowledge().getSequence());
            case REPORT -> report(message.getReport());
            case HEARTBEAT -> heartbeat(message.getHeartbeat());
            case BLOCK_LIST_IN_FORCE -> blocks.told(message.getBlockListInForce());
            case UPLOAD_OFFER -> offered(message.getUploadOffer());
            case UPLOAD_CHUNK -> chunk(message.getUploadChunk());
            case UPLOAD_END -> {
                ports.uploads().ended(machine(), message.getUploadEnd());
                ports.slots().leave(slot(message.getUploadEnd().getUploadId()));
            }
            case RENEW_CERTIFICATE -> renewCertificate();
            case PROGRESS -> ports.inbox().progress(machine(), message.getProgress());
            case HELLO, BODY_NOT_SET -> throw new IllegalStateException("never handed to a session");
        }
    }

    private void renewCertificate() {
        var renewed = RenewedCertificate.newBuilder();
        for (var certificate : ports.authenticator().renew(machine(), identity.certificate())) {
            try {
                renewed.addChain(ByteString.copyFrom(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate has no encoding", e);
            }
        }
        link.send(GatewayMessage.newBuilder().setRenewedCertificate(renewed).build());
    }

    private void offered(UploadOffer offer) {
        ports.slots()
                .enter(
                        slot(offer.getUploadId()),
                        () -> work(() -> answer(ports.uploads().offered(machine(), offer))));
    }

    private void chunk(UploadChunk chunk) {
        ports.slots().used(slot(chunk.getUploadId()));
        var left = chunksWaiting.computeIfPresent(chunk.getUploadId(), (_, count) -> count == 1 ? null : count - 1);
        ports.uploads().chunk(machine(), chunk, left != null).ifPresent(this::answer);
    }

    private void answer(UploadState state) {
        if (state.getComplete()
                || !state.getRefused().isEmpty()
                || !state.getHeld().isEmpty()) {
            ports.slots().leave(slot(state.getUploadId()));
        }
        link.send(GatewayMessage.newBuilder().setUploadState(state).build());
    }

    private UploadSlots.Key slot(String uploadId) {
        return new UploadSlots.Key(machine(), uploadId);
    }

    private void acknowledge(long sequence) {
        if (sequence < 0 || sequence > lastSent) {
            goodbye(
                    GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR,
                    "command " + Long.toUnsignedString(sequence) + " acknowledged, but never sent");
            return;
        }
        boolean any = false;
        for (var next = unacknowledged.peek(); next != null && next <= sequence; next = unacknowledged.peek()) {
            unacknowledged.remove();
            any = true;
        }
        if (any) {
            ports.commands().acknowledged(machine(), sequence);
            deliver();
        }
    }

    private void report(SignedReport report) {
        try {
            long number = ports.inbox().report(machine(), report);
            link.send(GatewayMessage.newBuilder()
                    .setReportReceived(ReportReceived.newBuilder().setReportNumber(number))
                    .build());
        } catch (InvalidEnvelopeException e) {
            LOG.atWarn()
                    .addKeyValue("machine", machine())
                    .addKeyValue("reason", e.getMessage())
                    .log("gateway.report_refused");
            goodbye(GoodbyeReason.GOODBYE_REASON_PROTOCOL_ERROR, "report refused: " + e.getMessage());
        }
    }

    private void heartbeat(Heartbeat heartbeat) {
        var still = ports.authenticator().authenticate(identity.certificate());
        if (!still.equals(Optional.of(machine()))) {
            goodbye(GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED, "the machine's certificate is no longer valid");
            return;
        }
        ports.inbox().heartbeat(machine(), heartbeat, link.remoteAddress());
        link.send(GatewayMessage.newBuilder()
                .setHeartbeatReceived(HeartbeatReceived.newBuilder().setServerTimeMicros(micros()))
                .build());
        blocks.heartbeat();
        ports.slots().startNext();
        deliver();
    }

    /** The list of blocked files first: no command is carried out by a machine that lacks a part of it. */
    private void deliver() {
        if (!welcomed || !blocks.deliver()) {
            return;
        }
        while (room() > 0 && link.takesMore() && !link.ending()) {
            int most = Math.min(room(), BATCH);
            var deliveries = ports.commands().take(machine(), lastSent, most);
            deliveries.forEach(this::send);
            if (deliveries.size() < most) {
                return;
            }
        }
    }

    private int room() {
        return ports.settings().limits().window() - unacknowledged.size();
    }

    private void send(CommandSource.Delivery delivery) {
        lastSent = delivery.sequence();
        unacknowledged.add(lastSent);
        link.send(GatewayMessage.newBuilder().setCommand(delivery.command()).build());
    }

    private void trouble(String event, RuntimeException e) {
        LOG.atWarn().addKeyValue("machine", machine()).setCause(e).log(event);
    }

    private long micros() {
        return ChronoUnit.MICROS.between(java.time.Instant.EPOCH, ports.clock().instant());
    }
}
