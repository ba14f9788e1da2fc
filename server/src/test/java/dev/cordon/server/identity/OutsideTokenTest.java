package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.issuers.OutsideIssuer;
import dev.cordon.server.web.Json;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.node.ObjectNode;

/** Tokens of a real outside issuer at the API, both over TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutsideTokenTest {

    private static final String AUDIENCE = "api://cordon";

    private final IdentityServer server = new IdentityServer();
    private final OutsideIssuer issuer = new OutsideIssuer();
    private final Client client = server.client("Cordon.Administer");
    private final String administering = server.token(client);
    private final String registered = register(administering, body(AUDIENCE));

    @AfterAll
    void stop() {
        issuer.close();
        server.close();
    }

    @Test
    void whenAnApplicationsRoleIsMappedThenItsTokenOpensTheTenantAndNothingElse() {
        var answer = server.machines(token(claims -> claims));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("tenant").stringValue())
                .isEqualTo(client.tenant().id());
        assertThat(json(answer).get("requestor").stringValue()).isEqualTo("soar");
        assertThat(server.administer(token(claims -> claims), "GET", "/applications", "")
                        .statusCode())
                .isEqualTo(403);
    }

    /** Whoever registers a client at the issuer may choose its name, and with it its subject. */
    @Test
    void whenAnOutsiderHasTheIdOfSomebodyHereThenItIsNotTakenForThem() {
        for (var id : List.of(
                client.application().id(),
                client.application().objectId(),
                client.tenant().id())) {
            var answer = server.machines(token(claims -> claims.subject(id)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).get("subject").stringValue()).isNotEqualTo(id);
        }
    }

    @Test
    void whenRolesAreNestedAsKeycloakHasThemThenTheyAreFound() {
        var body = body("api://keycloak").put("rolesClaim", "realm_access.roles");
        register(administering, body);
        var nested = token(claims -> claims.audience(List.of("account", "api://keycloak"))
                .claim("roles", null)
                .claim("realm_access", Map.of("roles", List.of("offline_access", "soc"))));
        assertThat(server.machines(nested).statusCode()).isEqualTo(200);
    }

    @Test
    void whenNothingIsMappedThenNamesOfPermissionsCountButNotThoseThatAdminister() {
        var plain = Json.MAPPER
                .createObjectNode()
                .put("issuer", issuer.url())
                .put("authority", issuer.caPem())
                .put("audience", "api://plain");
        register(administering, plain);
        var token = token(claims -> claims.audience("api://plain")
                .claim("roles", List.of("machine.read.all", "Cordon.Administer", "Cordon.Operate")));
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
        assertThat(server.administer(token, "GET", "/applications", "").statusCode())
                .isEqualTo(403);
        assertThat(server.administer(token, "GET", "/tenants", "").statusCode()).isEqualTo(403);
    }

    @Test
    void whenTheTokenIsAUsersThenScopeAndRoleAreBothNeeded() {
        var user = token(claims -> claims.claim("scp", "read").claim("upn", "ana@example.com"));
        var answer = server.machines(user);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).get("requestor").stringValue()).isEqualTo("ana@example.com");
        assertThat(server.machines(token(claims -> claims.claim("scp", "other")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.machines(token(claims -> claims.claim("scp", "read").claim("roles", List.of())))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenTheTokenIsForAnotherAudienceThenItIs403() {
        assertThat(server.machines(token(claims -> claims.audience("api://other")))
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.machines(token(claims -> claims.audience(List.of()))).statusCode())
                .isEqualTo(403);
    }

    @Test
    void whenTheTokenIsNotTheIssuersOrNotOfNowThenItIs401() {
        var now = server.time.instant();
        assertUnauthorized(token(claims -> claims.issuer(issuer.url() + "/")));
        assertUnauthorized(token(claims -> claims.expirationTime(Date.from(now.minusSeconds(301)))));
        assertUnauthorized(token(claims -> claims.expirationTime(null)));
        assertUnauthorized(token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(301)))));
        assertUnauthorized(token(claims -> claims.subject(null)));
        assertUnauthorized(new PlainJWT(claims().build()).serialize());
        assertUnauthorized(token(claims -> claims) + "AA");
        try (var impostor = new OutsideIssuer()) {
            assertUnauthorized(impostor.sign(claims().build()));
            assertUnauthorized(impostor.sign(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(issuer.key().getKeyID())
                            .build(),
                    claims().build()));
        }
        var logout = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(issuer.key().getKeyID())
                .type(new JOSEObjectType("logout+jwt"))
                .build();
        assertUnauthorized(issuer.sign(logout, claims().build()));
    }

    @Test
    void whenTheIssuerClaimsToBeThisServerThenItCannotBeRegistered() {
        var own = body("api://own")
                .put("issuer", AccessTokens.issuer(client.tenant().id()));
        assertThat(server.administer(administering, "POST", "/outside-issuers", own.toString())
                        .body())
                .contains("this server itself");
    }

    @Test
    void whenAnotherTenantHasThePairThenItCannotBeTakenNorSeenNorDeleted() {
        var foreigner = server.token(server.client("Cordon.Administer"));
        var taken = server.administer(
                foreigner, "POST", "/outside-issuers", body(AUDIENCE).toString());
        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("has this pair already");
        assertThat(json(server.administer(foreigner, "GET", "/outside-issuers", ""))
                        .get("value")
                        .size())
                .isZero();
        assertThat(server.administer(foreigner, "DELETE", "/outside-issuers/" + registered, "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whenTokenNamesTheAudiencesOfTwoTenantsThenItIsRefused() {
        var second = server.token(server.client("Cordon.Administer"));
        register(second, body("api://second"));
        assertUnauthorized(token(claims -> claims.audience(List.of(AUDIENCE, "api://second"))));
        var answer = server.machines(token(claims -> claims.audience("api://second")));
        assertThat(json(answer).get("tenant").stringValue())
                .isNotEqualTo(client.tenant().id());
    }

    @Test
    void whenTheIssuerIsRemovedThenItsTokensAreRefused() {
        var id = register(administering, body("api://gone"));
        var token = token(claims -> claims.audience("api://gone"));
        assertThat(server.machines(token).statusCode()).isEqualTo(200);
        assertThat(server.administer(administering, "DELETE", "/outside-issuers/" + id, "")
                        .statusCode())
                .isEqualTo(204);
        server.time.pass(Duration.ofSeconds(2));
        assertThat(server.machines(token).statusCode()).isIn(401, 403);
    }

    @Test
    void whenAnAdministratorMapsToAnOperatorThenItIsForbidden() {
        var body = body("api://operate");
        body.withArray("roles")
                .addObject()
                .put("value", "root")
                .putArray("permissions")
                .add("Cordon.Operate");
        assertThat(server.administer(administering, "POST", "/outside-issuers", body.toString())
                        .statusCode())
                .isEqualTo(403);
    }

    private String register(String administrator, ObjectNode body) {
        var answer = server.administer(administrator, "POST", "/outside-issuers", body.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        server.time.pass(Duration.ofSeconds(2));
        return json(answer).get("id").stringValue();
    }

    private ObjectNode body(String audience) {
        var body = Json.MAPPER
                .createObjectNode()
                .put("issuer", issuer.url())
                .put("authority", issuer.caPem())
                .put("audience", audience)
                .put("scopesClaim", "scp");
        body.putArray("roles")
                .addObject()
                .put("value", "soc")
                .putArray("permissions")
                .add("Machine.Read.All");
        body.putArray("scopes")
                .addObject()
                .put("value", "read")
                .putArray("permissions")
                .add("Machine.Read");
        body.putArray("portalRoles")
                .addObject()
                .put("value", "soc")
                .putArray("permissions")
                .add("ViewData");
        return body;
    }

    private String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return issuer.sign(change.apply(claims()).build());
    }

    private JWTClaimsSet.Builder claims() {
        var now = server.time.instant();
        return new JWTClaimsSet.Builder()
                .issuer(issuer.url())
                .subject("service-account-soar")
                .audience(AUDIENCE)
                .claim("azp", "soar")
                .claim("roles", List.of("soc", "other"))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    private void assertUnauthorized(String token) {
        HttpResponse<String> answer = server.machines(token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    }
}
