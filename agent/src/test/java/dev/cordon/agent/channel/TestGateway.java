package dev.cordon.agent.channel;

import dev.cordon.agent.TestPki;
import dev.cordon.agent.enrollment.Identity;
import dev.cordon.gateway.BlockListSource;
import dev.cordon.gateway.CommandSource;
import dev.cordon.gateway.GatewayLimits;
import dev.cordon.gateway.GatewayServer;
import dev.cordon.gateway.GatewaySettings;
import dev.cordon.gateway.MachineAuthenticator;
import dev.cordon.gateway.MachineInbox;
import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.MachineId;
import dev.cordon.protocol.wire.Heartbeat;
import dev.cordon.protocol.wire.Hello;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.SignedReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The real gateway over ports in memory, on a port that stays the same when it is started again. */
final class TestGateway implements MachineAuthenticator, CommandSource, MachineInbox, AutoCloseable {

    static final MachineRef MACHINE = new MachineRef("11111111-2222-4333-8444-555555555555", "a".repeat(40));

    final TestPki authority = TestPki.authority("server authority");
    final TestPki tenant = TestPki.authority("tenant authority");
    final KeyPair machineKeys = TestPki.newKeys();
    final X509Certificate machineCertificate = machineCertificate();
    final Set<X509Certificate> enrolled = ConcurrentHashMap.newKeySet();
    final Set<X509Certificate> lapsed = ConcurrentHashMap.newKeySet();
    volatile List<X509Certificate> next = List.of();
    final List<X509Certificate> shown = new CopyOnWriteArrayList<>();
    final KeptUploads uploads = new KeptUploads();
    final List<Hello> hellos = new CopyOnWriteArrayList<>();
    final List<Long> reports = new CopyOnWriteArrayList<>();
    final AtomicInteger reportsThatFail = new AtomicInteger();
    volatile CountDownLatch heartbeatsAnswered = new CountDownLatch(0);
    private final ConcurrentSkipListMap<Long, SignedCommand> commands = new ConcurrentSkipListMap<>();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final int port;
    private @Nullable GatewayServer server;

    TestGateway() {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        enrolled.add(machineCertificate);
    }

    TestGateway start() {
        return start(authority, "localhost");
    }

    /** Starts it with a certificate of this authority for this host. */
    TestGateway start(TestPki issuer, String host) {
        var certificate = issuer.server(host);
        var settings = new GatewaySettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                certificate.keys().getPrivate(),
                List.of(certificate.certificate(), issuer.certificate()),
                Duration.ofSeconds(1),
                List.of(name()),
                GatewayLimits.DEFAULT);
        listeners.clear();
        server = new GatewayServer(settings, this, this, this, BlockListSource.NONE, uploads, InstantSource.system())
                .start();
        return this;
    }

    private String name() {
        return "localhost:" + port;
    }

    /** The machine as this gateway knows it. */
    Identity identity() {
        try {
            return new Identity(
                    MACHINE.tenantId(),
                    MachineId.of(machineKeys.getPublic()),
                    machineKeys.getPrivate(),
                    List.of(machineCertificate, tenant.certificate()),
                    URI.create("https://localhost:8443"),
                    authority.certificate(),
                    List.of(KeyPairGenerator.getInstance("Ed25519")
                            .generateKeyPair()
                            .getPublic()),
                    List.of(name()),
                    Optional.empty());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    X509Certificate machineCertificate() {
        var now = Instant.now();
        return tenant.machine(machineKeys.getPublic(), now.minusSeconds(60), now.plusSeconds(3600));
    }

    void dismiss() {
        running().dismiss(MACHINE);
    }

    void command(long sequence, SignedCommand command) {
        commands.put(sequence, command);
        listeners.forEach(listener -> listener.waiting(MACHINE));
    }

    void forget(long sequence) {
        commands.remove(sequence);
    }

    private GatewayServer running() {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        return server;
    }

    @Override
    public Optional<MachineRef> authenticate(X509Certificate certificate) {
        shown.add(certificate);
        return enrolled.contains(certificate) ? Optional.of(MACHINE) : Optional.empty();
    }

    @Override
    public Optional<MachineRef> lapsed(X509Certificate certificate) {
        return lapsed.contains(certificate) ? Optional.of(MACHINE) : Optional.empty();
    }

    @Override
    public List<X509Certificate> renew(MachineRef machine, X509Certificate shown) {
        return next;
    }

    @Override
    public List<Delivery> take(MachineRef machine, long afterSequence, int most) {
        return commands.tailMap(afterSequence, false).entrySet().stream()
                .limit(most)
                .map(entry -> new Delivery(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public void acknowledged(MachineRef machine, long sequence) {}

    @Override
    public void listen(Listener listener) {
        listeners.add(listener);
    }

    @Override
    public long connected(MachineRef machine, Hello hello, InetAddress from) {
        hellos.add(hello);
        return reports.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public void heartbeat(MachineRef machine, Heartbeat heartbeat, InetAddress from) {
        try {
            heartbeatsAnswered.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long report(MachineRef machine, SignedReport signed) {
        if (reportsThatFail.getAndDecrement() > 0) {
            throw new IllegalStateException("the disk is full");
        }
        try {
            long number = Report.parseFrom(signed.getPayload()).getReportNumber();
            reports.add(number);
            return number;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void disconnected(MachineRef machine) {}

    @Override
    public void close() {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
