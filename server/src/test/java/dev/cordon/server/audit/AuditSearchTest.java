package dev.cordon.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Permissions;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Finding entries of the log, and taking them along. */
final class AuditSearchTest {

    private static final String OURS = "0f7c4a3e-24f6-4c67-9d7c-5a1b1c6d2e01";
    private static final String AUDIT = "/cordon/v1/audit";

    private final TestHttp client = new TestHttp();
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenEntriesAreSearchedThenAllThatIsGivenIsMet(Engine engine) {
        try (var database = engine.fresh();
                var web = serve(database);
                client) {
            fill(database);
            assertThat(numbers(web, "?text=COFFEE")).containsExactly(2);
            assertThat(numbers(web, "?actor=ada")).containsExactly(1, 3);
            assertThat(numbers(web, "?event=action.*")).containsExactly(1, 2);
            assertThat(numbers(web, "?event=action.failed,user")).containsExactly(2, 3);
            assertThat(numbers(web, "?event=act")).isEmpty();
            assertThat(numbers(web, "?subject=machine:m1")).containsExactly(4);
            assertThat(numbers(web, "?machineId=m1")).containsExactly(2, 4);
            assertThat(numbers(web, "?from=2026-03-01T12:00:00Z&to=2026-03-01T13:00:00Z"))
                    .containsExactly(3);
            assertThat(numbers(web, "?order=newest&top=2")).containsExactly(4, 3);
            assertThat(numbers(web, "?order=newest&top=2&before=3")).containsExactly(2, 1);
            assertThat(get(web, "?order=newest&top=2").body()).contains("\"nextBefore\":3");
            for (var wrong : List.of("?order=up", "?from=yesterday", "?text=" + "x".repeat(300))) {
                assertThat(get(web, wrong).statusCode()).as(wrong).isEqualTo(400);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whenTheLogIsExportedThenEveryEntryIsALineAndNoCellIsAFormula(Engine engine) {
        try (var database = engine.fresh();
                var web = serve(database);
                client) {
            fill(database);
            var lines = get(web, "/export?event=action").body().lines().toList();
            assertThat(lines).hasSize(2);
            assertThat(Json.MAPPER.readTree(lines.getLast()).get("event").stringValue())
                    .isEqualTo("action.failed");
            var csv = get(web, "/export?format=csv");
            assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
            assertThat(csv.body().lines().toList().getFirst()).isEqualTo("number,at,actor,event,subject,detail,hash");
            assertThat(csv.body()).contains("\"'=cmd()\"", "\"{\"\"why\"\":\"\"no coffee\"\"}\"");
            database.write(sql -> {
                for (int i = 0; i < 2_100; i++) {
                    log().append(sql, OURS, "server", "many.times", "tenant:x", Map.of());
                }
                return 0;
            });
            assertThat(get(web, "/export?event=many").body().lines()).hasSize(2_100);
            assertThat(get(web, "/export?format=xml").statusCode()).isEqualTo(400);
        }
    }

    private HashChainedAuditLog log() {
        return new HashChainedAuditLog(() -> now);
    }

    private WebServer serve(Database database) {
        var web = new WebServer(
                WebSettings.plainForTests(), AuditSearchTest::caller, new Audit(database, log()).routes());
        web.start();
        return web;
    }

    private void fill(Database database) {
        database.write(sql -> {
            sql.insertInto(AuditTables.TENANTS)
                    .set(AuditTables.ID, OURS)
                    .set(field(name("display_name"), SQLDataType.CLOB), "Tests")
                    .set(field(name("settings"), SQLDataType.CLOB), "{}")
                    .set(field(name("created_at"), SQLDataType.BIGINT), 1L)
                    .set(AuditTables.AUDIT_NUMBER, 0L)
                    .set(AuditTables.AUDIT_HASH, new byte[32])
                    .execute();
            log().append(sql, OURS, "Ada (u1)", "action.accepted", "action:a1", Map.of("comment", "x"));
            now = Instant.parse("2026-03-01T11:00:00Z");
            log().append(sql, OURS, "machine:m1", "action.failed", "action:a1", Map.of("why", "no coffee"));
            now = Instant.parse("2026-03-01T12:00:00Z");
            log().append(sql, OURS, "Ada (u1)", "user.created", "=cmd()", Map.of());
            now = Instant.parse("2026-03-01T13:00:00Z");
            log().append(sql, OURS, "server", "machine.event", "machine:m1", Map.of());
            return 0;
        });
    }

    private List<Integer> numbers(WebServer web, String query) {
        return Json.MAPPER
                .readTree(get(web, query).body())
                .get("value")
                .valueStream()
                .map(entry -> entry.get("number").intValue())
                .toList();
    }

    private HttpResponse<String> get(WebServer web, String query) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + AUDIT + query))
                .header("Authorization", "Bearer admin");
        return client.send(request);
    }

    private static Caller caller(String token) {
        return new Caller(
                OURS, "a1", "Administrator", Caller.Context.APPLICATION, Set.of(Permissions.CORDON_ADMINISTER));
    }
}
