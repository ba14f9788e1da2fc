package dev.cordon.server.odata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.store.Database;
import dev.cordon.server.store.Engine;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import dev.cordon.server.web.Route;
import dev.cordon.server.web.TestHttp;
import dev.cordon.server.web.WebServer;
import dev.cordon.server.web.WebSettings;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The envelopes over HTTP, and links that are followed as they are. */
final class AnswersTest {

    private static final EntityModel MODEL = Things.model().pageSize(2).build();

    private final Database database = filled();
    private final WebServer server = new WebServer(
            WebSettings.plainForTests(),
            token -> new Caller("t", "s", "S", Caller.Context.APPLICATION, Set.of("P")),
            List.of(Route.anyOf(HandlerType.GET, Route.Face.DEFENDER, "/things", List.of("P"), this::list)));
    private final TestHttp http = new TestHttp();

    private static Database filled() {
        var filled = Engine.SQLITE.fresh();
        Things.create(filled);
        for (int seq = 1; seq <= 7; seq++) {
            var name = seq == 4 ? "other" : "o'host &" + seq + "+é";
            Things.insert(filled, seq, "" + seq, name, "t", "Pending", null, "2020-01-01T00:00:00Z", true);
        }
        return filled;
    }

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
        database.close();
    }

    @Test
    void whenNextLinksAreFollowedToTheLetterThenAllIsSeenOnce() {
        var path =
                "/api/v1.0/Things?$filter=startswith(computerDnsName,'o''host%20%26')&&x=a+b&$count=true&$orderby=id+desc&";
        @Nullable String url = "http://localhost:" + port() + path;
        var seen = new ArrayList<String>();
        while (url != null) {
            assertThat(url).startsWith("http://localhost:" + port() + "/api/v1.0/Things?");
            assertThat(seen).hasSizeLessThan(20);
            var page = get(url);
            assertThat(page.get("@odata.context").stringValue())
                    .isEqualTo("http://localhost:" + port() + "/api/$metadata#Things");
            assertThat(page.get("@odata.count").longValue()).isEqualTo(6);
            page.get("value").forEach(row -> seen.add(row.get("id").stringValue()));
            var link = page.get("@odata.nextLink");
            url = link == null ? null : link.stringValue();
            if (url != null) {
                assertThat(url).contains("x=a%20b").doesNotContain("&&");
            }
        }
        assertThat(seen).containsExactly("7", "6", "5", "3", "2", "1");
    }

    @Test
    void whenSelectedThenOnlyThesePropertiesAreShownInTheirUsualOrder() {
        var page = get("http://127.0.0.1:" + port() + "/api/things?$select=COMPUTERDNSNAME,id&$filter=id%20eq%204");
        assertThat(page.get("value").toString()).isEqualTo("[{\"id\":\"4\",\"computerDnsName\":\"other\"}]");
    }

    private void list(Context http, Caller caller) {
        var query = ODataQuery.of(http, MODEL);
        var page = database.read(sql -> query.<ObjectNode>page(sql, DSL.noCondition(), AnswersTest::json));
        ODataAnswers.list(http, page);
    }

    private static ObjectNode json(Record row) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", row.get(Things.ID))
                .put("computerDnsName", row.get(Things.NAME))
                .put("shape", "round");
    }

    private int port() {
        return server.port();
    }

    private JsonNode get(String url) {
        var response = http.send(HttpRequest.newBuilder(URI.create(url)).header("Authorization", "Bearer x"));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.MAPPER.readTree(response.body());
    }
}
