package dev.cordon.server.issuers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is believed of an outside issuer, and what it can do to this server: a real one, over TLS. */
final class IssuerKeysTest {

    private final OutsideIssuer issuer = new OutsideIssuer();
    private volatile Instant now = Instant.parse("2026-11-22T08:00:00Z");
    private final InstantSource time = () -> now;
    private final IssuerKeys keys = new IssuerKeys(time, Duration.ofSeconds(2));
    private final OutsideSignature signature = new OutsideSignature(keys);

    @AfterEach
    void close() {
        keys.close();
        issuer.close();
    }

    @Test
    void whenManyTokensComeThenTheKeysAreFetchedOnce() throws Exception {
        var token = token();
        var ready = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = java.util.stream.IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> {
                        ready.await();
                        signature.require(token, issuer.trusted());
                        return true;
                    }))
                    .toList();
            ready.countDown();
            for (var one : all) {
                assertThat(one.get(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(issuer.keyRequests()).isEqualTo(1);
    }

    @Test
    void whenTheIssuerRotatesThenTheNewKeyIsFoundButMadeUpOnesCostNothing() {
        signature.require(token(), issuer.trusted());
        issuer.rotate();
        var fresh = token();
        assertRefused(fresh, "no such key");
        now = now.plus(IssuerKeys.PAUSE);
        assertThatCode(() -> signature.require(fresh, issuer.trusted())).doesNotThrowAnyException();
        assertThat(issuer.keyRequests()).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            var unknown = parse(issuer.sign(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("made-up-" + i)
                            .build(),
                    claims()));
            assertRefused(unknown, "no such key");
        }
        assertThat(issuer.keyRequests()).isEqualTo(2);
    }

    @Test
    void whenTheIssuerIsAwayThenItsLastKeysCountForADay() {
        var token = token();
        signature.require(token, issuer.trusted());
        issuer.fail(http -> http.sendResponseHeaders(503, -1));
        now = now.plus(Duration.ofHours(23));
        assertThatCode(() -> signature.require(token, issuer.trusted())).doesNotThrowAnyException();
        now = now.plus(Duration.ofHours(2));
        assertRefused(token, "status 503");
        issuer.recover();
        assertRefused(token, "status 503");
        now = now.plus(IssuerKeys.PAUSE);
        assertThatCode(() -> signature.require(token, issuer.trusted())).doesNotThrowAnyException();
    }

    @Test
    void whenTheIssuerRedirectsThenItIsNotFollowed() {
        try (var other = new OutsideIssuer()) {
            issuer.fail(http -> {
                http.getResponseHeaders().set("Location", other.url() + "/keys");
                http.sendResponseHeaders(302, -1);
            });
            assertRefused(token(), "status 302");
            assertThat(other.keyRequests()).isZero();
        }
    }

    @Test
    void whenTheDocumentSendsElsewhereOrSpeaksForAnotherThenItIsNotBelieved() {
        try (var other = new OutsideIssuer()) {
            issuer.publishKeysAt(other.url() + "/keys");
            assertRefused(token(), "another server");
            assertThat(other.keyRequests()).isZero();
            var told = new TrustedIssuer(issuer.url(), Optional.of(other.url() + "/keys"), Optional.of(other.caPem()));
            assertThatThrownBy(() -> signature.require(token(), told)).hasMessageContaining("no such key");
            assertThat(other.keyRequests()).as("where the administrator says").isEqualTo(1);
        }
        now = now.plus(IssuerKeys.PAUSE);
        issuer.claim("https://other.example.com");
        assertRefused(token(), "another issuer");
    }

    @Test
    void whenTheAnswerIsEndlessOrNeverComesThenItIsGivenUp() {
        issuer.fail(http -> {
            http.sendResponseHeaders(200, 0);
            var chunk = new byte[8192];
            for (int sent = 0; sent < 4 * Fetch.LARGEST; sent += chunk.length) {
                http.getResponseBody().write(chunk);
            }
        });
        assertRefused(token(), "cannot be read");
        now = now.plus(IssuerKeys.PAUSE);
        var released = new CountDownLatch(1);
        issuer.fail(http -> {
            http.sendResponseHeaders(200, 0);
            http.getResponseBody().write('{');
            http.getResponseBody().flush();
            try {
                released.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertRefused(token(), "no answer within");
        released.countDown();
    }

    @Test
    void whenItsTlsIsNotTrustedThenNothingIsBelieved() {
        var untrusted = new TrustedIssuer(issuer.url(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> signature.require(token(), untrusted))
                .isInstanceOf(IssuerException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void whenTheHostIsLinkLocalThenItIsNotAsked() {
        var cloud = new TrustedIssuer("https://169.254.169.254/issuer", Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> signature.require(token(), cloud)).hasMessageContaining("where no issuer is");
    }

    @Test
    void whenTheSignatureIsNotByThePublishedKeyThenItIsRefused() throws JOSEException {
        var stranger = new RSAKeyGenerator(2048).generate();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(issuer.key().getKeyID())
                .jwk(stranger.toPublicJWK())
                .build();
        var forged = new SignedJWT(header, claims());
        forged.sign(new RSASSASigner(stranger));
        assertRefused(forged, "not the issuer's");
        var confused = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(issuer.key().getKeyID())
                        .build(),
                claims());
        confused.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
        assertRefused(confused, "algorithm");
    }

    @Test
    void whenAnIssuerIsNoPlainHttpsUrlThenItCannotBeTrusted() {
        for (var url : java.util.List.of(
                "http://issuer.example.com",
                "https://user@issuer.example.com",
                "https://issuer.example.com?x=1",
                "https://issuer.example.com#x",
                "file:///etc/passwd",
                "issuer",
                "https://" + "x".repeat(600))) {
            assertThatThrownBy(() -> new TrustedIssuer(url, Optional.empty(), Optional.empty()))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("issuer:");
        }
    }

    private SignedJWT token() {
        return parse(issuer.sign(claims()));
    }

    private JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .subject("someone")
                .build();
    }

    private static SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private void assertRefused(SignedJWT token, String why) {
        assertThatThrownBy(() -> signature.require(token, issuer.trusted()))
                .isInstanceOf(IssuerException.class)
                .hasMessageContaining(why);
    }
}
