package dev.cordon.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerTlsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void whenMadeThenTheChainEndsInTheAuthorityAndNamesEveryHost() throws GeneralSecurityException {
        var tls = open(NOW, "Cordon.Example.com", "192.0.2.7", "[2001:db8::7]");
        var leaf = tls.certificateChain().getFirst();
        leaf.verify(tls.caCertificate().getPublicKey());
        tls.caCertificate().verify(tls.caCertificate().getPublicKey());
        assertThat(tls.certificateChain()).hasSize(2).last().isEqualTo(tls.caCertificate());
        assertThat(names(leaf))
                .contains("cordon.example.com", "192.0.2.7", "2001:db8:0:0:0:0:0:7", "localhost", "127.0.0.1");
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(tls.caSha256Hex()).matches("[0-9a-f]{64}");
    }

    @Test
    void whenMadeThenOnlyTheCertificatesAreReadableForOthers() throws IOException {
        open(NOW);
        assertThat(mode("ca.pem")).isEqualTo("rw-r--r--");
        assertThat(mode("server.pem")).isEqualTo("rw-r--r--");
        assertThat(mode("ca.key")).isEqualTo("rw-------");
        assertThat(mode("server.key")).isEqualTo("rw-------");
    }

    @Test
    void whenNothingChangedThenTheCertificateStays() {
        var first = open(NOW, "a.example.com");
        var second = open(NOW.plus(Duration.ofDays(30)), "a.example.com");
        assertThat(second.certificateChain()).isEqualTo(first.certificateChain());
        assertThat(second.privateKey()).isEqualTo(first.privateKey());
    }

    @Test
    void whenTheEndIsNearOrTheHostsChangedThenTheSameAuthorityIssuesAnother() throws GeneralSecurityException {
        var first = open(NOW, "a.example.com");
        var later = NOW.plus(Duration.ofDays(750));
        var renewed = open(later, "a.example.com");
        assertThat(renewed.caCertificate()).isEqualTo(first.caCertificate());
        assertThat(renewed.certificateChain().getFirst().getNotAfter().toInstant())
                .isAfter(later.plus(Duration.ofDays(700)));
        var renamed = open(later, "b.example.com");
        assertThat(renamed.caCertificate()).isEqualTo(first.caCertificate());
        assertThat(names(renamed.certificateChain().getFirst()))
                .contains("b.example.com")
                .doesNotContain("a.example.com");
    }

    @Test
    void whenTheOperatorBringsACertificateThenItIsUsedAsItIs() throws IOException {
        var own = folder.resolve("other");
        var brought = ServerTls.open(own, List.of("brought.example.com"), InstantSource.fixed(NOW));
        open(NOW, "a.example.com");
        var before = Files.readString(own.resolve("server.pem"));
        Files.writeString(folder.resolve("tls/server.pem"), before);
        Files.copy(
                own.resolve("server.key"),
                folder.resolve("tls/server.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        var tls = open(NOW.plus(Duration.ofDays(790)), "a.example.com");
        assertThat(tls.certificateChain()).isEqualTo(brought.certificateChain());
        assertThat(Files.readString(folder.resolve("tls/server.pem"))).isEqualTo(before);
    }

    @Test
    void whenKeyAndCertificateDoNotBelongTogetherThenTheMessageSaysSo() throws IOException {
        var own = folder.resolve("other");
        ServerTls.open(own, List.of(), InstantSource.fixed(NOW));
        open(NOW);
        Files.writeString(folder.resolve("tls/server.pem"), Files.readString(own.resolve("server.pem")));
        assertThatThrownBy(() -> open(NOW))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("does not belong")
                .hasMessageContaining("server.key");
    }

    @Test
    void whenTheFirstStartWasCutOffAfterAnyFileThenTheNextOneEndsWhole() throws IOException {
        for (var missing : List.of(
                List.of("ca.pem", "server.key", "server.pem"),
                List.of("server.key", "server.pem"),
                List.of("server.pem"))) {
            open(NOW);
            for (var file : missing) {
                Files.delete(folder.resolve("tls").resolve(file));
            }
            var tls = open(NOW);
            assertThat(open(NOW).certificateChain()).isEqualTo(tls.certificateChain());
        }
    }

    @Test
    void whenTheAuthoritysKeyIsLostOrAFileIsDamagedThenNothingIsReplaced() throws IOException {
        open(NOW);
        var ca = Files.readString(folder.resolve("tls/ca.pem"));
        Files.delete(folder.resolve("tls/ca.key"));
        assertThatThrownBy(() -> open(NOW)).isInstanceOf(TlsException.class).hasMessageContaining("Restore");
        Files.writeString(folder.resolve("tls/ca.key"), "not a key");
        assertThatThrownBy(() -> open(NOW)).isInstanceOf(TlsException.class).hasMessageContaining("ca.key");
        assertThat(Files.readString(folder.resolve("tls/ca.pem"))).isEqualTo(ca);
    }

    @Test
    void whenAHostIsNoneThenTheMessageNamesTheOption() {
        assertThatThrownBy(() -> open(NOW, "not a host"))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("--host");
    }

    private ServerTls open(Instant now, String... hosts) {
        return ServerTls.open(folder.resolve("tls"), List.of(hosts), InstantSource.fixed(now));
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("tls").resolve(file)));
    }

    private static List<String> names(java.security.cert.X509Certificate certificate)
            throws CertificateParsingException {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    }
}
