package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.LiveServer.Answer;
import dev.cordon.server.web.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Calls operations by their names in the OpenAPI document, such as {@code GET /users}, and holds every request and
 * answer against it.
 */
final class DocumentedCalls {

    static final String BASE = "/cordon/v1";

    final LiveServer server;
    final ApiDocument document;
    private final Map<String, Set<String>> seen = new HashMap<>();

    DocumentedCalls(LiveServer server) {
        this.server = server;
        document = ApiDocument.parse(
                server.call(null, "GET", BASE + "/openapi.yaml", null).body().stringValue());
    }

    /** The statuses that were answered, by operation. */
    Map<String, Set<String>> seen() {
        return seen;
    }

    /** Asks for what must succeed; request and answer must be those of the document. */
    JsonNode ok(@Nullable String bearer, String operation, Map<String, String> parameters, @Nullable String body) {
        if (body != null) {
            assertThat(document.requestFaults(operation, json(body)))
                    .as("request of %s", operation)
                    .isEmpty();
        }
        var answer = call(bearer, operation, parameters, body);
        assertThat(answer.status()).as("%s: %s", operation, answer.body()).isLessThan(300);
        return answer.body();
    }

    /** @param parameters what is not named becomes {@code unknown} */
    Answer call(@Nullable String bearer, String operation, Map<String, String> parameters, @Nullable String body) {
        var words = operation.split(" ", 2);
        var path = words[1];
        for (var parameter : parameters.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        path = path.replaceAll("\\{\\w+}", "unknown");
        var answer = server.call(bearer, words[0], BASE + path, body == null ? null : json(body));
        answered(answer, operation);
        return answer;
    }

    JsonNode answered(Answer answer, String operation) {
        assertThat(document.faults(operation, answer.status(), answer.type(), answer.body()))
                .as("%s answered %s", operation, answer)
                .isEmpty();
        seen.computeIfAbsent(operation, name -> new TreeSet<>()).add(Integer.toString(answer.status()));
        return answer.body();
    }

    /** The parameter that names what an answer tells of. */
    static Map<String, String> id(JsonNode made) {
        return Map.of("id", made.get("id").stringValue());
    }

    /** @param text JSON with single quotes */
    static JsonNode json(String text) {
        return Json.MAPPER.readTree(text.replace('\'', '"'));
    }
}
