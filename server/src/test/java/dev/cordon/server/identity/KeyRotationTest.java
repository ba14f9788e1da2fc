package dev.cordon.server.identity;

import static dev.cordon.server.identity.IdentityServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.cordon.server.identity.IdentityServer.Client;
import dev.cordon.server.keys.ServerKeys;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients notice of a rotation, over the real token endpoint and key document: nothing, unless it is an emergency. */
final class KeyRotationTest {

    private final IdentityServer server = new IdentityServer();
    private final Client client = server.client("Machine.Read.All", "Cordon.Operate");

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void whenTheKeyIsRotatedThenOldTokensWorkAndAClientThatKeepsTheDocumentKnowsTheNewKeyInTime() throws Exception {
        var old = server.token(client);
        var first = kid(old);
        rotate("");
        var kept = document();
        assertThat(kept.getKeys()).hasSize(2);
        assertThat(kid(server.token(client)))
                .as("published, but not yet in use")
                .isEqualTo(first);
        assertThat(states()).containsExactly("next", "current");

        server.time.pass(ServerKeys.LEAD.minusMinutes(30));
        var last = server.token(client);
        server.time.pass(Duration.ofMinutes(31));
        var fresh = server.token(client);
        assertThat(kid(fresh)).isNotEqualTo(first);
        assertThat(verifies(kept, fresh)).as("by the document of yesterday").isTrue();
        assertThat(server.machines(fresh).statusCode()).isEqualTo(200);
        assertThat(server.machines(last).statusCode()).as("signed before").isEqualTo(200);
        assertThat(states()).containsExactly("current", "previous");

        server.serverKeys().maintain();
        assertThat(document().getKeys()).as("tokens of the old key live").hasSize(2);
        server.time.pass(ServerKeys.TAIL);
        server.serverKeys().maintain();
        assertThat(document().getKeys()).hasSize(1);
        assertThat(server.machines(server.token(client)).statusCode()).isEqualTo(200);
    }

    @Test
    void whenRotatedTwiceInARowThenThereIsOneNextKey() {
        rotate("{}");
        rotate("{\"emergency\":false}");
        assertThat(states()).containsExactly("next", "current");
    }

    @Test
    void whenTheScheduleRunsForMonthsThenTheKeyChangesEveryMonthAndNoTokenIsRefused() {
        var seen = new java.util.LinkedHashSet<String>();
        for (int hour = 0; hour < 24 * 95; hour += 6) {
            server.serverKeys().maintain();
            var token = server.token(client);
            seen.add(kid(token));
            assertThat(server.machines(token).statusCode()).isEqualTo(200);
            server.time.pass(Duration.ofMinutes(59));
            server.serverKeys().maintain();
            assertThat(server.machines(token).statusCode()).as("hour %s", hour).isEqualTo(200);
            server.time.pass(Duration.ofHours(6).minusMinutes(59));
        }
        assertThat(seen).hasSize(4);
    }

    @Test
    void whenAKeyIsInWrongHandsThenItsTokensAreRefusedAtOnce() {
        var stolen = server.token(client);
        assertThat(server.machines(stolen).statusCode()).as("known as good").isEqualTo(200);
        rotate("{\"emergency\":true}");
        assertThat(server.machines(stolen).statusCode()).isEqualTo(401);
        assertThat(document().getKeys()).hasSize(1);
        assertThat(server.machines(server.token(client)).statusCode()).isEqualTo(200);
    }

    @Test
    void whenAnotherServerRotatesThenThisOneFollows() {
        var token = server.token(client);
        var other = new ServerKeys(server.database, server.vault(), server.time);
        other.replaceAll();
        server.serverKeys().maintain();
        assertThat(server.machines(token).statusCode()).isEqualTo(401);
        assertThat(document().getKeys().getFirst().getKeyID())
                .isEqualTo(other.tokenSigningKey().getKeyID());
    }

    @Test
    void whenTheCallerIsNoOperatorThenItMayNotRotate() {
        var administrator = server.token(server.client("Cordon.Administer"));
        assertThat(server.administer(administrator, "POST", "/signing-keys/rotation", "")
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.administer(administrator, "GET", "/signing-keys", "").statusCode())
                .isEqualTo(403);
    }

    private void rotate(String body) {
        var answer = server.administer(server.token(client), "POST", "/signing-keys/rotation", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private List<String> states() {
        return json(server.administer(server.token(client), "GET", "/signing-keys", ""))
                .get("value")
                .valueStream()
                .map(key -> key.get("state").stringValue())
                .toList();
    }

    private JWKSet document() {
        try {
            return JWKSet.parse(server.get("/common/discovery/v2.0/keys").body());
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean verifies(JWKSet document, String token) throws Exception {
        var jws = JWSObject.parse(token);
        var key = (RSAKey) document.getKeyByKeyId(jws.getHeader().getKeyID());
        return jws.verify(new RSASSAVerifier(key));
    }

    private static String kid(String token) {
        try {
            return JWSObject.parse(token).getHeader().getKeyID();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }
}
