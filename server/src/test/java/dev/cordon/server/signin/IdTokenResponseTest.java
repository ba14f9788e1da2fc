package dev.cordon.server.signin;

import static dev.cordon.server.signin.CodeFlow.CALLBACK;
import static dev.cordon.server.signin.SignInServer.claims;
import static dev.cordon.server.signin.SignInServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.cordon.server.identity.Tenant;
import dev.cordon.server.store.Engine;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The authorization endpoint hands out id tokens, alone or with a code, to applications that may have them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IdTokenResponseTest {

    private final SignInServer server = new SignInServer(Engine.SQLITE);
    private final CodeFlow flow = CodeFlow.of(server, CodeFlow.registration(true));
    private final Tenant tenant = flow.tenant();

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void whenAnIdTokenIsAskedForThenItStandsInTheFragmentAloneAndAVerifierAcceptsIt() throws Exception {
        var location =
                flow.location(flow.request(Map.of("response_type", "id_token", "scope", "openid profile email")));
        assertThat(location).startsWith(CALLBACK + "#");
        var answer = TestBrowser.parameters(location, '#');
        assertThat(answer)
                .containsOnlyKeys("id_token", "state", "session_state")
                .containsEntry("state", "s-1 &<");
        var token = SignedJWT.parse(answer.getOrDefault("id_token", ""));
        var claims = validator().validate(token, new Nonce("n-1")).toJSONObject();
        assertThat(claims)
                .containsEntry("preferred_username", flow.user().userPrincipalName())
                .containsEntry("email", flow.user().userPrincipalName())
                .containsEntry("oid", flow.user().id())
                .doesNotContainKeys("c_hash", "scp", "roles");
    }

    @Test
    void whenBothAreAskedForThenTheTokenHoldsTheHashOfTheCodeAndTheCodeIsGood() throws Exception {
        var answer = TestBrowser.parameters(flow.location(flow.request(Map.of("response_type", "code id_token"))), '#');
        assertThat(answer).containsOnlyKeys("code", "id_token", "state", "session_state");
        var token = SignedJWT.parse(answer.getOrDefault("id_token", ""));
        var code = answer.getOrDefault("code", "");
        assertThat(validator().validate(token, new Nonce("n-1")).getStringClaim("c_hash"))
                .as("OpenID Connect Core 1.0, 3.3.2.11")
                .isEqualTo(
                        Base64URL.encode(Arrays.copyOf(Secret.hash(code), 16)).toString());
        var tokens = server.tokens(tenant, flow.redemption(code));
        var second = claims(tokens.get("id_token").stringValue());
        assertThat(second.get("sub").stringValue())
                .isEqualTo(token.getJWTClaimsSet().getSubject());
        assertThat(second.get("sid").stringValue())
                .isEqualTo(token.getJWTClaimsSet().getStringClaim("sid"));
    }

    @Test
    void whenTheAnswerShallBePostedThenTheTokenIsInTheForm() {
        try (var browser = new TestBrowser(server)) {
            var page = flow.answer(
                    browser, flow.request(Map.of("response_type", "id_token code", "response_mode", "form_post")));
            assertThat(TestBrowser.action(page)).isEqualTo(CALLBACK);
            assertThat(TestBrowser.hidden(page)).containsKeys("code", "id_token", "state");
        }
    }

    @Test
    void whenItIsAskedForAtV1ThenTheTokenIsOfV1() {
        try (var browser = new TestBrowser(server)) {
            var path = flow.path(flow.request(Map.of("response_type", "id_token", "scope", "")))
                    .replace("/v2.0", "");
            var answer = TestBrowser.parameters(TestBrowser.location(flow.answer(browser, path)), '#');
            var claims = claims(answer.getOrDefault("id_token", ""));
            assertThat(claims.get("ver").stringValue()).isEqualTo("1.0");
            assertThat(claims.get("iss").stringValue()).isEqualTo("https://sts.windows.net/" + tenant.id() + "/");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "response_mode, query, invalid_request, AADSTS70007",
        "nonce, '', invalid_request, AADSTS900144",
        "scope, https://api.securitycenter.microsoft.com/.default, invalid_scope, AADSTS70011",
        "response_type, id_token token, unsupported_response_type, AADSTS700051",
        "response_type, token, unsupported_response_type, AADSTS700051",
        "response_type, code magic, unsupported_response_type, AADSTS70001",
    })
    void whenARequestForATokenIsWrongThenTheClientIsToldSo(String name, String value, String error, String number) {
        try (var browser = new TestBrowser(server)) {
            var changes = name.equals("response_type")
                    ? Map.of(name, value)
                    : Map.of("response_type", "code id_token", name, value);
            var location = TestBrowser.location(browser.open(flow.path(flow.request(changes))));
            var mark = value.equals("code magic") ? '?' : '#';
            assertThat(location).startsWith(CALLBACK + mark);
            assertThat(TestBrowser.parameters(location, mark)).containsEntry("error", error);
            assertThat(TestBrowser.parameters(location, mark).get("error_description"))
                    .startsWith(number + ":");
        }
    }

    @Test
    void whenTheApplicationMayHaveNoneThenTheClientIsToldSo() {
        var other = new CodeFlow(server, tenant, CodeFlow.client(server, tenant), flow.user());
        try (var browser = new TestBrowser(server)) {
            var location = TestBrowser.location(
                    browser.open(other.path(other.request(Map.of("response_type", "code id_token")))));
            assertThat(TestBrowser.parameters(location, '#'))
                    .containsEntry("error", "unsupported_response_type")
                    .containsEntry("state", "s-1 &<");
            assertThat(TestBrowser.parameters(location, '#').get("error_description"))
                    .startsWith("AADSTS700054:");
        }
    }

    @Test
    void whenAnAdministratorAllowsItThenItIsShown() {
        var path = "/applications/" + CodeFlow.client(server, tenant).id() + "/sign-in";
        var administrator = server.administrator(tenant);
        assertThat(json(server.administer(administrator, "GET", path, ""))
                        .get("idTokens")
                        .booleanValue())
                .isFalse();
        assertThat(json(server.administer(administrator, "PUT", path, "{\"idTokens\":true}"))
                        .get("idTokens")
                        .booleanValue())
                .isTrue();
    }

    private IDTokenValidator validator() throws Exception {
        var keys = JWKSet.parse(server.send(server.request("/" + tenant.id() + "/discovery/v2.0/keys"))
                .body());
        return new IDTokenValidator(
                new Issuer(server.base() + "/" + tenant.id() + "/v2.0"),
                new ClientID(flow.client().id()),
                JWSAlgorithm.RS256,
                keys);
    }
}
