package dev.cordon.server.odata;

import dev.cordon.server.web.Json;
import dev.cordon.server.web.RequestUrls;
import dev.cordon.server.web.Route;
import io.javalin.http.Context;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes answers in OData's envelopes. The host in them is the one the caller used, so that links can be followed as
 * they are.
 */
public final class ODataAnswers {

    private static final String CONTENT_TYPE =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

    private ODataAnswers() {}

    /** Answers a collection: {@code @odata.context}, {@code @odata.count}, {@code value}, {@code @odata.nextLink}. */
    public static void list(Context http, ODataPage<ObjectNode> page) {
        var answer = Json.MAPPER.createObjectNode();
        answer.put("@odata.context", context(http, page.set()));
        if (page.count() != null) {
            answer.put("@odata.count", page.count());
        }
        var value = answer.putArray("value");
        for (var row : page.rows()) {
            value.add(page.select().isEmpty() ? row : row.retain(page.select()));
        }
        if (page.nextQuery() != null) {
            answer.put("@odata.nextLink", RequestUrls.base(http) + http.req().getRequestURI() + "?" + page.nextQuery());
        }
        write(http, answer);
    }

    /** Answers one entity: {@code @odata.context} and the entity's fields beside it. */
    public static void entity(Context http, String set, ObjectNode entity) {
        var answer = Json.MAPPER.createObjectNode();
        answer.put("@odata.context", context(http, set + "/$entity"));
        answer.setAll(entity);
        write(http, answer);
    }

    /** Answers a text: {@code @odata.context} and {@code value}. */
    public static void text(Context http, String value) {
        write(
                http,
                Json.MAPPER
                        .createObjectNode()
                        .put("@odata.context", context(http, "Edm.String"))
                        .put("value", value));
    }

    /** Answers {@code /$count}: the bare number. */
    public static void count(Context http, long count) {
        http.header("OData-Version", "4.0");
        http.contentType("text/plain; charset=utf-8").result(Long.toString(count));
    }

    private static String context(Context http, String fragment) {
        return RequestUrls.base(http) + (RequestUrls.isPreview(http) ? Route.PREVIEW_BASE : "/api") + "/$metadata#"
                + fragment;
    }

    private static void write(Context http, ObjectNode answer) {
        http.header("OData-Version", "4.0");
        http.contentType(CONTENT_TYPE).result(Json.MAPPER.writeValueAsBytes(answer));
    }
}
