package dev.cordon.agent.channel;

import dev.cordon.agent.enrollment.Identity;
import dev.cordon.agent.journal.wire.Pins;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.AgentMessage;
import dev.cordon.protocol.wire.BlockListInForce;
import dev.cordon.protocol.wire.Goodbye;
import dev.cordon.protocol.wire.GoodbyeReason;
import dev.cordon.protocol.wire.Progress;
import dev.cordon.protocol.wire.RenewCertificate;
import dev.cordon.protocol.wire.SignedReport;
import dev.cordon.protocol.wire.UploadChunk;
import dev.cordon.protocol.wire.UploadEnd;
import dev.cordon.protocol.wire.UploadOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to one of the gateways, for as long as the agent runs.
 *
 * <p>One thread connects, receives, and connects again: at once to the next address, then, when all failed or the
 * connection ended, after a wait with jitter that grows up to a limit and is short again after a connection that
 * lasted. Safe for use by many threads. No thread here is ever interrupted: an interrupt would close the journal's file
 * under a thread that is writing to it.
 */
public final class Channel implements Uplink, UploadLink, AutoCloseable {

    private static final Duration STABLE = Duration.ofSeconds(10);

    private final PinnedGateways gateways;
    private volatile GatewayTls tls;
    private final Backoff backoff;
    private final Duration resolveEvery;
    private final Log log;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock asking = new ReentrantLock();
    private final TreeMap<Long, CompletableFuture<Void>> questions = new TreeMap<>();
    private long lastQuestion;
    private long connections;
    private volatile @Nullable Conversation conversation;
    private volatile @Nullable Session session;
    private final Semaphore end = new Semaphore(0);
    private final Semaphore resolveNow = new Semaphore(0);
    private volatile boolean closed;
    private volatile String standing = "not connected yet";

    /**
     * @param kept the gateways' addresses as they were last resolved
     * @param firstRetry upper bound of the first wait before connecting again
     * @param longestRetry upper bound of every wait
     * @param resolveEvery how often the gateways' names are resolved anew
     */
    public Channel(
            Identity identity, Pins kept, Duration firstRetry, Duration longestRetry, Duration resolveEvery, Log log)
            throws GeneralSecurityException {
        this(identity, kept, InetAddress::getAllByName, firstRetry, longestRetry, resolveEvery, log);
    }

    Channel(
            Identity identity,
            Pins kept,
            PinnedGateways.NameService names,
            Duration firstRetry,
            Duration longestRetry,
            Duration resolveEvery,
            Log log)
            throws GeneralSecurityException {
        this.gateways = new PinnedGateways(identity.gateways(), kept, names, log);
        this.tls = new GatewayTls(identity);
        this.backoff = new Backoff(firstRetry, longestRetry, random);
        this.resolveEvery = resolveEvery;
        this.log = log;
    }

    /** Begins to connect, in the background. */
    public void start(Conversation conversation) {
        this.conversation = conversation;
        Thread.ofVirtual().name("resolver").start(this::keepResolved);
        Thread.ofVirtual().name("channel").start(this::run);
    }

    /** The machine has another certificate: shows it from now on, on a new connection. */
    public void use(Identity renewed) throws GeneralSecurityException {
        tls = new GatewayTls(renewed);
        withSession(Session::close);
    }

    /**
     * Asks for the machine's next certificate; the answer comes to {@link Conversation#renewed}.
     *
     * @return false if there is no connection to ask on
     */
    public boolean askForCertificate() {
        var open = session;
        return open != null
                && open.say(AgentMessage.newBuilder().setRenewCertificate(RenewCertificate.getDefaultInstance()));
    }

    /** The addresses an isolation has to let through. */
    public Set<InetSocketAddress> controlAddresses() {
        return gateways.addresses();
    }

    /** How the channel stands, in plain words. */
    public String standing() {
        return standing;
    }

    private void run() {
        while (!closed) {
            Duration wait;
            try {
                wait = connectOnce();
            } catch (RuntimeException e) {
                log.error(e, "channel-failed");
                standing = "failed: " + e.getMessage();
                wait = backoff.longWait();
            }
            pause(end, wait);
        }
    }

    private static void pause(Semaphore until, Duration atMost) {
        try {
            if (until.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                until.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries every address until one welcomes us, stays with it, and returns how long to wait before the next round. */
    private Duration connectOnce() {
        if (gateways.targets().isEmpty()) {
            resolve();
        }
        if (gateways.targets().isEmpty()) {
            standing = "no gateway's name can be resolved";
            log.warn("no-gateway-resolved", "gateways", gateways.pins().getPinsCount());
        }
        for (var target : gateways.targets()) {
            if (closed) {
                break;
            }
            long since = System.nanoTime();
            try {
                var ended = stay(target);
                if (ended.isPresent()) {
                    return afterGoodbye(ended.get());
                }
            } catch (IOException e) {
                boolean wasWelcome = session != null;
                session = null;
                if (closed) {
                    break;
                }
                var why = TlsTrouble.of(e).orElseGet(() -> String.valueOf(e.getMessage()));
                standing = "not connected: " + why;
                log.warn(
                        e,
                        wasWelcome ? "disconnected" : "not-connected",
                        "gateway",
                        target.gateway(),
                        "address",
                        target.address(),
                        "why",
                        why);
                if (wasWelcome) {
                    if (System.nanoTime() - since > STABLE.toNanos()) {
                        backoff.reset();
                    }
                    break;
                }
            }
        }
        resolveSoon();
        return backoff.next();
    }

    private Optional<Goodbye> stay(PinnedGateways.Target target) throws IOException {
        var next = Session.connect(++connections, target, tls, conversation(), random, this::answered, log);
        try {
            var greeting = next.greet();
            if (greeting.welcome().isEmpty()) {
                return greeting.goodbye();
            }
            session = next;
            if (closed) {
                return Optional.empty();
            }
            standing = "connected to " + target.gateway();
            log.info("connected", "gateway", target.gateway(), "address", target.address());
            use(greeting.welcome().get().getGatewaysList(), target);
            askAgain(next);
            conversation().connected();
            var goodbye = next.converse();
            session = null;
            return goodbye;
        } finally {
            next.abort();
        }
    }

    private Conversation conversation() {
        return Objects.requireNonNull(conversation, "the channel was not started");
    }

    private Duration afterGoodbye(Goodbye goodbye) {
        session = null;
        var reason = goodbye.getReason();
        log.warn("goodbye", "reason", reason, "message", goodbye.getMessage());
        if (reason == GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED) {
            conversation().dismissed();
        }
        standing = reason == GoodbyeReason.GOODBYE_REASON_NOT_ENROLLED
                ? "the server does not know this machine any more: enroll it again"
                : "the gateway said good-bye: " + goodbye.getMessage();
        return switch (reason) {
            case GOODBYE_REASON_NOT_ENROLLED, GOODBYE_REASON_PROTOCOL_ERROR, GOODBYE_REASON_REPLACED ->
                backoff.longWait();
            default -> backoff.next();
        };
    }

    private void use(List<String> named, PinnedGateways.Target target) {
        var all = new ArrayList<>(named);
        if (!all.contains(target.gateway().toString())) {
            all.add(target.gateway().toString());
        }
        if (gateways.use(all)) {
            keep();
        }
        resolveSoon();
    }

    private void resolveSoon() {
        resolveNow.release();
    }

    private void keepResolved() {
        while (!closed) {
            pause(resolveNow, resolveEvery);
            if (!closed) {
                resolve();
            }
        }
    }

    private void resolve() {
        var current = session;
        if (gateways.resolve(current == null ? List.of() : List.of(current.target()))) {
            keep();
        }
    }

    private void keep() {
        log.info("gateways-pinned", "addresses", gateways.addresses());
        conversation().pinned(gateways.pins(), gateways.addresses());
    }

    @Override
    public void acknowledge(long sequence) {
        withSession(open -> open.acknowledge(sequence));
    }

    @Override
    public void reportsWaiting() {
        withSession(Session::reportsWaiting);
    }

    @Override
    public void repeat(SignedReport report) {
        withSession(open -> open.report(report));
    }

    @Override
    public void blockListInForce(BlockListInForce inForce) {
        withSession(open -> open.say(AgentMessage.newBuilder().setBlockListInForce(inForce)));
    }

    @Override
    public void progress(Progress progress) {
        withSession(open -> open.say(AgentMessage.newBuilder().setProgress(progress)));
    }

    @Override
    public long connection() {
        var open = session;
        return open == null ? 0 : open.number();
    }

    @Override
    public boolean offer(long connection, UploadOffer offer) {
        return say(connection, AgentMessage.newBuilder().setUploadOffer(offer));
    }

    @Override
    public boolean chunk(long connection, UploadChunk chunk) {
        return say(connection, AgentMessage.newBuilder().setUploadChunk(chunk));
    }

    @Override
    public void end(UploadEnd end) {
        withSession(open -> open.say(AgentMessage.newBuilder().setUploadEnd(end)));
    }

    private boolean say(long connection, AgentMessage.Builder message) {
        var open = session;
        return open != null && open.number() == connection && open.say(message);
    }

    @Override
    public CompletableFuture<Void> signOfLife() {
        var answer = new CompletableFuture<Void>();
        long number;
        asking.lock();
        try {
            number = ++lastQuestion;
            questions.put(number, answer);
        } finally {
            asking.unlock();
        }
        withSession(open -> open.ping(number));
        return answer;
    }

    private void askAgain(Session open) {
        long number;
        asking.lock();
        try {
            questions.values().removeIf(CompletableFuture::isDone);
            if (questions.isEmpty()) {
                return;
            }
            number = lastQuestion;
        } finally {
            asking.unlock();
        }
        open.ping(number);
    }

    private void answered(long number) {
        asking.lock();
        try {
            var answered = questions.headMap(number, true);
            answered.values().forEach(answer -> answer.complete(null));
            answered.clear();
        } finally {
            asking.unlock();
        }
    }

    private void withSession(Consumer<Session> action) {
        var open = session;
        if (open != null) {
            action.accept(open);
        }
    }

    @Override
    public void close() {
        closed = true;
        withSession(Session::close);
        end.release();
        resolveNow.release();
        standing = "closed";
    }
}
