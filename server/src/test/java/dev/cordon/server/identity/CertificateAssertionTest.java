package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that prove themselves with a certificate, over the real token endpoint. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CertificateAssertionTest {

    private static final Duration YEAR = Duration.ofDays(365);

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");
    private final Client administrator = server.sibling(client, "administrator-secret", "Cordon.Administer");
    private final TestCertificate certificate = TestCertificate.rsa(server.time.instant(), YEAR);
    private final String administering = server.token(administrator);

    @BeforeAll
    void register() {
        register(certificate, Map.of());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenMsalHasACertificateThenItsTokenOpensTheApiAndSaysSo() throws Exception {
        var msal = ConfidentialClientApplication.builder(
                        client.application().id(),
                        ClientCredentialFactory.createFromCertificate(
                                certificate.keys().getPrivate(), certificate.certificate()))
                .authority(server.base() + "/" + client.tenant().id())
                .instanceDiscovery(false)
                .sslSocketFactory(server.trust.getSocketFactory())
                .build();
        var result = msal.acquireToken(ClientCredentialParameters.builder(Set.of(IdentityServer.SCOPE))
                        .build())
                .get(30, TimeUnit.SECONDS);
        assertThat(server.machines(result.accessToken()).statusCode()).isEqualTo(200);
        var claims = Json.MAPPER.readTree(
                Base64.getUrlDecoder().decode(result.accessToken().split("\\.", -1)[1]));
        assertThat(claims.get("appidacr").stringValue()).isEqualTo("2");
        assertThat(claims.get("appid").stringValue())
                .isEqualTo(client.application().id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void whenAlgorithmIsOneOfTheTwoThenEachWayToNameTheCertificateWorks(String name) {
        var algorithm = JWSAlgorithm.parse(name);
        var plain = new JWSHeader.Builder(algorithm);
        for (var header : List.of(
                plain.build(),
                TestCertificate.x5t(plain, certificate.thumbprint("SHA-1")).build(),
                new JWSHeader.Builder(algorithm)
                        .x509CertSHA256Thumbprint(certificate.thumbprint("SHA-256"))
                        .build(),
                new JWSHeader.Builder(algorithm)
                        .x509CertChain(List.of(certificate.base64()))
                        .build(),
                certificate.header(algorithm).build())) {
            var answer = send(certificate.sign(header, claims().build()));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    @Test
    void whenAudienceIsAnEndpointOfTheTenantInAnySpellingThenItIsAccepted() {
        var tenant = client.tenant().id();
        for (var path : List.of(
                tenant + "/oauth2/v2.0/token",
                tenant + "/oauth2/token",
                tenant + "/v2.0",
                tenant.replace("-", "") + "/oauth2/v2.0/token/")) {
            var answer = send(signed(claims -> claims.audience(server.base() + "/" + path)));
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
        }
    }

    @Test
    void whenAudienceIsAnothersThenItIsRefused() {
        var tenant = client.tenant().id();
        var other = server.client().tenant().id();
        for (var audience : List.of(
                "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/token",
                server.base() + "/" + other + "/oauth2/v2.0/token",
                server.base() + "/common/oauth2/v2.0/token",
                server.base() + "/" + tenant + "/elsewhere",
                server.base().replace("https", "http") + "/" + tenant + "/oauth2/v2.0/token",
                server.base(),
                tenant,
                "https:// not a url")) {
            assertRefused(send(signed(claims -> claims.audience(audience))), 700023);
        }
        assertRefused(
                send(signed(claims -> claims.audience(List.of(endpoint(), "https://other.example.com")))), 700023);
        assertRefused(send(signed(claims -> claims.audience(List.of()))), 700023);
    }

    @Test
    void whenIssuerOrSubjectIsNotTheClientThenItIsRefused() {
        assertRefused(send(signed(claims -> claims.subject(UUID.randomUUID().toString()))), 700021);
        assertRefused(send(signed(claims -> claims.subject(null))), 700021);
        assertRefused(
                send(signed(claims -> claims.issuer(administrator.application().id()))), 700021);
    }

    @Test
    void whenTimeIsOverOrToComeThenItIsRefused() {
        var now = server.time.instant();
        assertRefused(send(signed(claims -> claims.expirationTime(date(now.minusSeconds(301))))), 700024);
        assertRefused(send(signed(claims -> claims.notBeforeTime(date(now.plusSeconds(301))))), 700024);
        assertRefused(send(signed(claims -> claims.expirationTime(null))), 50027);
        var slow = send(signed(claims -> claims.expirationTime(date(now.minusSeconds(60)))));
        assertThat(slow.statusCode()).as("clocks may differ").isEqualTo(200);
    }

    @Test
    void whenTheAssertionIsNotSignedThenItIsMalformed() {
        assertRefused(send(new PlainJWT(claims().build()).serialize()), 50027);
        assertRefused(send("a.b.c"), 50027);
        assertRefused(send("x".repeat(20_000)), 50027);
    }

    /** RFC 8725, 2.1: the certificate as the secret of a MAC. */
    @Test
    void whenTheCertificateIsTakenAsASecretThenItIsRefused() throws JOSEException {
        var key = (RSAPublicKey) certificate.certificate().getPublicKey();
        for (var secret : List.of(
                key.getEncoded(),
                certificate.pem().getBytes(StandardCharsets.US_ASCII),
                certificate.base64().decode())) {
            var jwt = new SignedJWT(certificate.header(JWSAlgorithm.HS256).build(), claims().build());
            jwt.sign(new MACSigner(secret));
            assertRefused(send(jwt.serialize()), 700027);
        }
    }

    @Test
    void whenTheKeyIsNotRegisteredThenItIsRefusedEvenIfItBringsItself() {
        var stranger = TestCertificate.rsa(server.time.instant(), YEAR);
        assertRefused(send(stranger.sign(stranger.header(JWSAlgorithm.RS256).build(), claims().build())), 700027);
        assertRefused(send(stranger.sign(certificate.header(JWSAlgorithm.RS256).build(), claims().build())), 700027);
        var bringing = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(new RSAKey.Builder((RSAPublicKey) stranger.keys().getPublic()).build())
                .build();
        assertRefused(send(stranger.sign(bringing, claims().build())), 700027);
        var mixed = TestCertificate.x5t(certificate.header(JWSAlgorithm.RS256), stranger.thumbprint("SHA-1"))
                .build();
        assertRefused(send(certificate.sign(mixed, claims().build())), 700027);
        assertRefused(send(signed(claims -> claims) + "AA"), 700027);
    }

    @Test
    void whenTheCertificateIsAnotherApplicationsThenItIsRefused() {
        var form =
                form(signed(claims -> claims.issuer(administrator.application().id())
                        .subject(administrator.application().id())));
        form.put("client_id", administrator.application().id());
        assertRefused(server.post(path(), form), 700027);
    }

    @Test
    void whenACertificateAsksForSingleUseThenAnAssertionIsAcceptedOnce() {
        var strict = TestCertificate.rsa(server.time.instant(), YEAR);
        var id = register(strict, Map.of("singleUseAssertions", true));
        var header = strict.header(JWSAlgorithm.PS256).build();
        var assertion = strict.sign(header, claims().build());
        assertThat(send(assertion).statusCode()).isEqualTo(200);
        var again = send(assertion);
        assertRefused(again, 50012);
        assertRefused(send(strict.sign(header, claims().jwtID(null).build())), 50027);
        assertThat(send(strict.sign(header, claims().build())).statusCode()).isEqualTo(200);
        var path = "/applications/" + client.application().id() + "/certificates/" + id;
        assertThat(server.administer(administering, "DELETE", path, "").statusCode())
                .isEqualTo(204);
        assertRefused(send(strict.sign(header, claims().build())), 700027);
    }

    @Test
    void whenACertificateDoesNotAskForSingleUseThenAnAssertionMayBeSentAgain() {
        var assertion = signed(claims -> claims);
        assertThat(send(assertion).statusCode()).isEqualTo(200);
        assertThat(send(assertion).statusCode()).isEqualTo(200);
    }

    @Test
    void whenCredentialsContradictOrAreOfAnotherTypeThenTheRequestIsMalformed() {
        var both = form(signed(claims -> claims));
        both.put("client_secret", client.secret());
        assertThat(number(server.post(path(), both))).isEqualTo(9002313);
        var type = form(signed(claims -> claims));
        type.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer");
        assertThat(number(server.post(path(), type))).isEqualTo(9002313);
    }

    private String register(TestCertificate one, Map<String, Object> more) {
        var body = Json.MAPPER.createObjectNode().put("certificate", one.pem());
        more.forEach(body::putPOJO);
        var answer = server.administer(
                administering,
                "POST",
                "/applications/" + client.application().id() + "/certificates",
                Json.MAPPER.writeValueAsString(body));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).get("id").stringValue();
    }

    private String signed(UnaryOperator<JWTClaimsSet.Builder> change) {
        return certificate.sign(
                certificate.header(JWSAlgorithm.RS256).build(),
                change.apply(claims()).build());
    }

    private JWTClaimsSet.Builder claims() {
        return server.claims(client);
    }

    private String endpoint() {
        return server.base() + path();
    }

    private String path() {
        return "/" + client.tenant().id() + "/oauth2/v2.0/token";
    }

    private HttpResponse<String> send(String assertion) {
        return server.post(path(), form(assertion));
    }

    private Map<String, String> form(String assertion) {
        return IdentityServer.asserted(client, assertion);
    }

    private static Date date(Instant instant) {
        return Date.from(instant);
    }

    private static int number(HttpResponse<String> answer) {
        return json(answer).at("/error_codes/0").intValue();
    }

    private static void assertRefused(HttpResponse<String> answer, int number) {
        assertThat(number(answer)).as(answer.body()).isEqualTo(number);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).get("error").stringValue()).isEqualTo("invalid_client");
    }
}
