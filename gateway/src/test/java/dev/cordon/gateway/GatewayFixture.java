package dev.cordon.gateway;

import com.google.protobuf.ByteString;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A gateway on a free loopback port with one enrolled machine. */
final class GatewayFixture implements AutoCloseable {

    static final MachineRef MACHINE = new MachineRef("11111111-1111-1111-1111-111111111111", "a".repeat(40));

    final MemoryStore store = new MemoryStore();
    final MemoryBlocks blocks = new MemoryBlocks();
    final MemoryUploads uploads = new MemoryUploads();
    final TestPki.Credential serverAuthority = TestPki.authority("server authority");
    final TestPki.Credential tenantAuthority = TestPki.authority("tenant authority");
    final TestPki.Credential machine = TestPki.issue(tenantAuthority, "machine");
    final SSLContext machineTls = tls(machine);
    final GatewayServer gateway;

    GatewayFixture() {
        this(GatewaySettings.DEFAULT_HEARTBEAT, GatewayLimits.DEFAULT);
    }

    GatewayFixture(Duration heartbeat, GatewayLimits limits) {
        store.enrolled.put(machine.certificate(), MACHINE);
        gateway = new GatewayServer(
                        settings(0, heartbeat, limits), store, store, store, blocks, uploads, InstantSource.system())
                .start();
    }

    GatewaySettings settings(int port, Duration heartbeat, GatewayLimits limits) {
        var server = TestPki.issue(serverAuthority, "localhost");
        return new GatewaySettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                server.key(),
                List.of(server.certificate(), serverAuthority.certificate()),
                heartbeat,
                List.of("gateway.example.com:0"),
                limits);
    }

    SSLContext tls(TestPki.Credential credential) {
        return TestAgent.context(
                serverAuthority.certificate(),
                Optional.of(credential.key()),
                credential.certificate().equals(credential.issuer())
                        ? List.of(credential.certificate())
                        : List.of(credential.certificate(), credential.issuer()));
    }

    TestAgent connect() throws IOException {
        return TestAgent.connect(gateway.port(), machineTls);
    }

    /** Connects and says hello. */
    TestAgent greeted(long lastJournaled) throws IOException {
        var agent = connect();
        agent.greet(lastJournaled);
        return agent;
    }

    /** Another machine's credentials, enrolled under this id. */
    TestAgent another(String machineId) throws IOException {
        var credential = TestPki.issue(tenantAuthority, "machine " + machineId);
        store.enrolled.put(credential.certificate(), new MachineRef(MACHINE.tenantId(), machineId));
        var agent = TestAgent.connect(gateway.port(), tls(credential));
        agent.greet(0);
        return agent;
    }

    void command(long sequence) {
        store.add(MACHINE, sequence, payload(sequence));
    }

    /** A command's payload that tells commands apart. */
    static ByteString payload(long sequence) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
    }

    static SignedReport report(long number) {
        return SignedReport.newBuilder()
                .setPayload(Report.newBuilder().setReportNumber(number).build().toByteString())
                .setSignature(ByteString.copyFromUtf8("signed"))
                .build();
    }

    static GatewayLimits limits(Duration opening, int window, long messagesBurst, int outboundBytes) {
        var usual = GatewayLimits.DEFAULT;
        return new GatewayLimits(
                usual.frameBytes(),
                window,
                opening,
                usual.bytesPerSecond(),
                usual.bytesBurst(),
                Math.min(usual.messagesPerSecond(), messagesBurst),
                messagesBurst,
                outboundBytes,
                usual.uploads());
    }

    @Override
    public void close() {
        gateway.close();
    }
}
