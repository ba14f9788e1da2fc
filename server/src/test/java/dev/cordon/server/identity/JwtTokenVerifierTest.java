package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.cordon.server.identity.IdentityServer.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every forged token here differs in one point from one that is accepted. */
final class JwtTokenVerifierTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All");

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whenTokenIsSignedByUsAndWholeThenItIsAcceptedAndNamesTheCaller() {
        var answer = server.machines(signed(claims -> {}));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("tenant").stringValue())
                .isEqualTo(client.tenant().id());
        assertThat(json(answer).get("subject").stringValue())
                .isEqualTo(client.application().id());
        assertThat(json(answer).get("requestor").stringValue()).isEqualTo("playbooks");
    }

    @Test
    void whenThereIsNoTokenOrOnlyRubbishThenItIsRefused() {
        assertUnauthorized(null);
        for (var rubbish : List.of("x", "a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9.e30.", "y".repeat(20_000))) {
            assertUnauthorized(rubbish);
        }
    }

    @Test
    void whenTokenIsNotSignedThenItIsRefused() {
        assertUnauthorized(new PlainJWT(claims(claims -> {})).serialize());
    }

    @Test
    void whenTokenIsSignedWithThePublicKeyAsASharedSecretThenItIsRefused() throws JOSEException {
        var key = server.signingKey();
        var secrets =
                List.of(key.toRSAPublicKey().getEncoded(), key.getModulus().decode());
        for (var secret : secrets) {
            assertUnauthorized(sign(JWSAlgorithm.HS256, key.getKeyID(), new MACSigner(secret), claims -> {}));
        }
    }

    @Test
    void whenTokenIsSignedWithAnotherAlgorithmOfOurKeyThenItIsRefused() throws JOSEException {
        var key = server.signingKey();
        for (var algorithm : List.of(JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            assertUnauthorized(sign(algorithm, key.getKeyID(), new RSASSASigner(key), claims -> {}));
        }
    }

    @Test
    void whenTokenIsSignedByAnotherKeyThenItIsRefused() throws JOSEException {
        var other = new RSAKeyGenerator(2048).keyID("other").generate();
        var ours = server.signingKey().getKeyID();
        assertUnauthorized(sign(JWSAlgorithm.RS256, ours, new RSASSASigner(other), claims -> {}));
        assertUnauthorized(sign(JWSAlgorithm.RS256, "other", new RSASSASigner(other), claims -> {}));
        assertUnauthorized(sign(JWSAlgorithm.RS256, null, new RSASSASigner(server.signingKey()), claims -> {}));
    }

    @Test
    void whenTokenBringsItsOwnKeyThenThatIsNotUsed() throws JOSEException {
        RSAKey other = new RSAKeyGenerator(2048).keyID("other").generate();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(server.signingKey().getKeyID())
                .jwk(other.toPublicJWK())
                .build();
        var token = new SignedJWT(header, claims(claims -> {}));
        token.sign(new RSASSASigner(other));
        assertUnauthorized(token.serialize());
    }

    @Test
    void whenTokenIsEncryptedForUsInPlaceOfSignedThenItIsRefused() throws JOSEException {
        var header = new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                .keyID(server.signingKey().getKeyID())
                .build();
        var token = new EncryptedJWT(header, claims(claims -> {}));
        token.encrypt(new RSAEncrypter(server.signingKey().toRSAPublicKey()));
        assertUnauthorized(token.serialize());
    }

    @Test
    void whenPayloadIsChangedThenItIsRefused() {
        var parts = signed(claims -> {}).split("\\.", -1);
        var more = claims(claims -> claims.claim("roles", List.of("Machine.Read.All", "Cordon.Operate")));
        assertUnauthorized(parts[0] + "." + more.toPayload().toBase64URL() + "." + parts[2]);
    }

    @Test
    void whenTokenNamesAnotherTenantThenItIsRefused() {
        var other = server.client("Machine.Read.All");
        assertUnauthorized(signed(claims -> claims.claim("tid", other.tenant().id())));
        assertUnauthorized(signed(claims -> claims.claim("tid", other.tenant().id())
                .issuer(AccessTokens.issuer(other.tenant().id()))));
        assertUnauthorized(signed(claims -> claims.claim("tid", null)));
        assertUnauthorized(signed(claims -> claims.issuer("https://sts.windows.net/")));
        assertUnauthorized(signed(claims -> claims.issuer(null)));
    }

    @Test
    void whenTokenIsOutsideItsTimeThenItIsRefused() {
        var now = server.time.instant();
        assertUnauthorized(signed(claims -> claims.expirationTime(Date.from(now))));
        assertUnauthorized(signed(claims -> claims.expirationTime(null)));
        assertUnauthorized(signed(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(1)))));
        assertUnauthorized(signed(claims -> claims.notBeforeTime(null)));
    }

    @Test
    void whenTimePassesThenATokenThatWasAcceptedExpires() {
        var token = server.token(client);
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
        server.time.pass(AccessTokens.LIFETIME.minusSeconds(1));
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
        server.time.pass(Duration.ofSeconds(1));
        assertUnauthorized(token);
    }

    @Test
    void whenAudienceIsWrongThenItIsForbidden() {
        for (var audience : List.of(
                "https://graph.microsoft.com",
                "https://api.security.microsoft.com",
                "https://userrequestsgraphapi-prd.trafficmanager.net",
                "https://api.securitycenter.microsoft.com.example.com")) {
            var answer = server.machines(signed(claims -> claims.audience(audience)));
            assertThat(answer.statusCode()).as(audience).isEqualTo(403);
            assertThat(json(answer).at("/error/code").stringValue()).isEqualTo("Forbidden");
        }
        assertThat(server.machines(signed(claims -> claims.audience((String) null)))
                        .statusCode())
                .isEqualTo(403);
        var both = List.of(IdentityServer.API, "https://graph.microsoft.com");
        assertThat(server.machines(signed(claims -> claims.audience(both))).statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenForgedTokenHasAWrongAudienceThenItIsUnauthorizedAndNotForbidden() throws JOSEException {
        var other = new RSAKeyGenerator(2048).generate();
        assertUnauthorized(sign(
                JWSAlgorithm.RS256,
                server.signingKey().getKeyID(),
                new RSASSASigner(other),
                claims -> claims.audience("https://graph.microsoft.com")));
    }

    @Test
    void whenApplicationIsDisabledThenItsTokensStopWorkingWithinSecondsAndWorkAgainAfterwards() {
        var token = server.token(client);
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
        enable(false);
        server.time.pass(Duration.ofSeconds(2));
        assertUnauthorized(token);
        enable(true);
        server.time.pass(Duration.ofSeconds(2));
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
    }

    @Test
    void whenApplicationDoesNotExistThenItsTokenIsRefused() {
        assertUnauthorized(signed(claims -> claims.claim("appid", Guid.random())));
        assertUnauthorized(signed(claims -> claims.claim("appid", null)));
    }

    private void enable(boolean enabled) {
        server.database.write(sql -> {
            server.identity.applications().changeEnabled(sql, client.application(), enabled);
            return enabled;
        });
    }

    private String signed(Consumer<JWTClaimsSet.Builder> change) {
        var key = server.signingKey();
        try {
            return sign(JWSAlgorithm.RS256, key.getKeyID(), new RSASSASigner(key), change);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String sign(
            JWSAlgorithm algorithm, @Nullable String keyId, JWSSigner signer, Consumer<JWTClaimsSet.Builder> change)
            throws JOSEException {
        var header = new JWSHeader.Builder(algorithm)
                .type(JOSEObjectType.JWT)
                .keyID(keyId)
                .build();
        var token = new SignedJWT(header, claims(change));
        token.sign(signer);
        return token.serialize();
    }

    private JWTClaimsSet claims(Consumer<JWTClaimsSet.Builder> change) {
        Instant now = server.time.instant();
        var builder = new JWTClaimsSet.Builder()
                .audience(IdentityServer.API)
                .issuer(AccessTokens.issuer(client.tenant().id()))
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(60)))
                .claim("appid", client.application().id())
                .claim("tid", client.tenant().id())
                .claim("roles", List.of("Machine.Read.All"));
        change.accept(builder);
        return builder.build();
    }

    private void assertUnauthorized(@Nullable String token) {
        var answer = server.machines(token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(json(answer).at("/error/code").stringValue()).isEqualTo("Unauthorized");
    }
}
