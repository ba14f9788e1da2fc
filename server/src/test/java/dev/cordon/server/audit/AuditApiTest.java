package dev.cordon.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

final class AuditApiTest {

    private static final String OURS = "0f7c4a3e-24f6-4c67-9d7c-5a1b1c6d2e01";
    private static final String THEIRS = "0f7c4a3e-24f6-4c67-9d7c-5a1b1c6d2e02";

    private final TestHttp client = new TestHttp();
    private final HashChainedAuditLog log =
            new HashChainedAuditLog(InstantSource.fixed(Instant.parse("2026-03-01T10:00:00.25Z")));

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenAnAdministratorReadsThenTheirEntriesComePageByPageAndTheChainHolds(Engine engine) {
        try (var database = engine.fresh();
                var web = new WebServer(
                        WebSettings.plainForTests(), AuditApiTest::caller, new Audit(database, log).routes());
                client) {
            web.start();
            database.write(sql -> {
                for (var tenant : List.of(OURS, THEIRS)) {
                    sql.insertInto(AuditTables.TENANTS)
                            .set(AuditTables.ID, tenant)
                            .set(field(name("display_name"), SQLDataType.CLOB), "Tests")
                            .set(field(name("settings"), SQLDataType.CLOB), "{}")
                            .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                            .set(AuditTables.AUDIT_NUMBER, 0L)
                            .set(AuditTables.AUDIT_HASH, new byte[32])
                            .execute();
                }
                for (int i = 1; i <= 5; i++) {
                    log.append(sql, OURS, "server", "event-" + i, "machine:1", Map.of("z", i, "a", "ü"));
                }
                log.append(sql, THEIRS, "server", "secret", "machine:2", Map.of());
                return 0;
            });
            var first = get(web, "admin", "/cordon/v1/audit?top=2");
            assertThat(first.get("value").size()).isEqualTo(2);
            assertThat(first.get("nextAfter").asInt()).isEqualTo(2);
            var entry = first.get("value").get(0);
            assertThat(entry.propertyNames())
                    .containsExactly("number", "at", "actor", "event", "subject", "detail", "hash");
            assertThat(entry.get("at").asString()).isEqualTo("2026-03-01T10:00:00.25Z");
            assertThat(entry.get("detail").toString()).isEqualTo("{\"a\":\"ü\",\"z\":1}");
            var rest = get(web, "admin", "/cordon/v1/audit?after=2");
            assertThat(rest.get("value").valueStream().map(e -> e.get("event").asString()))
                    .containsExactly("event-3", "event-4", "event-5");
            assertThat(rest.has("nextAfter")).isFalse();
            assertThat(get(web, "admin", "/cordon/v1/audit?top=0")
                            .get("error")
                            .get("code")
                            .asString())
                    .isEqualTo("InvalidInput");
            assertThat(get(web, "reader", "/cordon/v1/audit")
                            .get("error")
                            .get("code")
                            .asString())
                    .isEqualTo("Forbidden");

            var intact = get(web, "admin", "/cordon/v1/audit/verification");
            assertThat(intact.get("intact").asBoolean()).isTrue();
            assertThat(intact.get("entries").asInt()).isEqualTo(5);
            assertThat(intact.get("headHash"))
                    .isEqualTo(rest.get("value").get(2).get("hash"));
            database.write(sql -> sql.update(AuditTables.ENTRIES)
                    .set(AuditTables.ACTOR, "nobody")
                    .where(AuditTables.TENANT_ID.eq(OURS), AuditTables.NUMBER.eq(4L))
                    .execute());
            assertThat(get(web, "admin", "/cordon/v1/audit/verification").toString())
                    .isEqualTo("{\"intact\":false,\"firstBroken\":4}");
        }
    }

    private JsonNode get(WebServer web, String token, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
                .header("Authorization", "Bearer " + token);
        return Json.MAPPER.readTree(client.send(request).body());
    }

    private static Caller caller(String token) {
        var permission = token.equals("admin") ? Permissions.CORDON_ADMINISTER : Permissions.MACHINE_READ_ALL;
        return new Caller(OURS, "a1", "Administrator", Caller.Context.APPLICATION, Set.of(permission));
    }
}
