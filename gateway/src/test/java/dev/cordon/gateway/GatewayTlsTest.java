package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets through the gateway's TLS. */
final class GatewayTlsTest {

    private final GatewayFixture fixture = new GatewayFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whenTheLibraryIsThereThenBoringSslIsUsed() {
        assertThat(OpenSsl.isAvailable()).isTrue();
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whenTheCertificateIsAMachinesThenItIsWelcome(String protocol) throws IOException {
        try (var agent = TestAgent.connect(fixture.gateway.port(), fixture.machineTls, protocol)) {
            var welcome = agent.greet(0).getWelcome();
            assertThat(welcome.getHeartbeatSeconds()).isEqualTo(15);
            assertThat(welcome.getGatewaysList()).containsExactly("gateway.example.com:" + fixture.gateway.port());
            assertThat(Duration.ofNanos((System.currentTimeMillis() * 1000 - welcome.getServerTimeMicros()) * 1000))
                    .isBetween(Duration.ofSeconds(-5), Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whenThereIsNoCertificateThenRefused(String protocol) {
        var tls = TestAgent.context(fixture.serverAuthority.certificate(), Optional.empty(), List.of());
        assertThatThrownBy(() -> TestAgent.connect(fixture.gateway.port(), tls, protocol))
                .isInstanceOf(IOException.class);
        assertThat(fixture.store.events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whenTheCertificateIsForeignThenRefused(String protocol) {
        var foreign = TestPki.issue(TestPki.authority("tenant authority"), "machine");
        assertThatThrownBy(() -> TestAgent.connect(fixture.gateway.port(), fixture.tls(foreign), protocol))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whenTheCertificateIsSelfSignedThenRefused(String protocol) {
        assertThatThrownBy(() ->
                        TestAgent.connect(fixture.gateway.port(), fixture.tls(TestPki.authority("machine")), protocol))
                .isInstanceOf(IOException.class);
    }

    /** The right certificate without its private key is worth nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whenTheKeyIsNotTheCertificatesThenRefused(String protocol) {
        var stolen = new TestPki.Credential(
                TestPki.keys().getPrivate(), fixture.machine.certificate(), fixture.machine.issuer());
        assertThatThrownBy(() -> TestAgent.connect(fixture.gateway.port(), fixture.tls(stolen), protocol))
                .isInstanceOf(IOException.class);
    }

    @Test
    void whenThePortIsInUseThenTheErrorSaysWhatToDo() {
        var again = fixture.settings(fixture.gateway.port(), Duration.ofSeconds(15), GatewayLimits.DEFAULT);
        var second = new GatewayServer(again, fixture.store, fixture.store, fixture.store, InstantSource.system());
        assertThatThrownBy(second::start)
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining(String.valueOf(fixture.gateway.port()))
                .hasMessageContaining("--gateway-port");
    }

    @Test
    void whenABrowserAsksThenItIsToldWhatThePortIsFor() throws IOException {
        try (var socket = (SSLSocket) fixture.machineTls
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), fixture.gateway.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
            assertThat(new String(socket.getInputStream().readAllBytes()))
                    .startsWith("HTTP/1.1 404")
                    .contains("for Cordon agents");
        }
    }
}
