package dev.cordon.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** An OpenAPI document as tests ask it: its operations, and what each of them promises. Immutable. */
final class ApiDocument {

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

    private final JsonNode root;
    private final SchemaCheck check;

    private ApiDocument(JsonNode root) {
        this.root = root;
        this.check = new SchemaCheck(root);
    }

    static ApiDocument parse(String yaml) {
        return new ApiDocument(new YAMLMapper().readTree(yaml));
    }

    /** Method and path below the base, for example {@code GET /audit}; and the permissions it says it needs. */
    Map<String, List<String>> operations() {
        var found = new TreeMap<String, List<String>>();
        for (var path : root.get("paths").properties()) {
            for (var method : METHODS) {
                var operation = path.getValue().get(method);
                if (operation != null) {
                    found.put(method.toUpperCase(Locale.ROOT) + " " + path.getKey(), permissions(operation));
                }
            }
        }
        return found;
    }

    /** The statuses of success that each operation names. */
    Map<String, List<String>> successes() {
        var found = new LinkedHashMap<String, List<String>>();
        operations()
                .keySet()
                .forEach(name -> found.put(
                        name,
                        operation(name).get("responses").propertyNames().stream()
                                .filter(status -> !status.equals("default"))
                                .toList()));
        return found;
    }

    /** What is wrong with an answer; empty if it keeps the promise. */
    List<String> faults(String operation, int status, String type, JsonNode body) {
        var responses = operation(operation).get("responses");
        var response = responses.get(Integer.toString(status));
        if (response == null && status >= 400) {
            response = responses.get("default");
        }
        if (response == null) {
            return List.of("status " + status + " is not in the document");
        }
        var content = check.resolved(response).get("content");
        if (content == null) {
            return body instanceof MissingNode ? List.of() : List.of("there is a body, the document has none");
        }
        var schema = content.get(type);
        if (schema == null) {
            return List.of("content type " + type + " is not in the document");
        }
        return check.faults(body, schema.get("schema"));
    }

    /** What is wrong with a request body that the server took. */
    List<String> requestFaults(String operation, JsonNode body) {
        var request = operation(operation).get("requestBody");
        if (request == null) {
            return List.of("the document has no request body");
        }
        return check.faults(body, request.at("/content/application~1json/schema"));
    }

    /** Uses every schema once, so that a keyword that the check does not know is noticed also where no answer goes. */
    List<String> unknownKeywords() {
        return check.unknownKeywords();
    }

    private JsonNode operation(String name) {
        var words = name.split(" ", 2);
        return root.get("paths").get(words[1]).get(words[0].toLowerCase(Locale.ROOT));
    }

    private static List<String> permissions(JsonNode operation) {
        var open = operation.get("security");
        var names = operation.get("x-permissions");
        if (open != null && open.isEmpty() && names == null) {
            return List.of();
        }
        if (open != null || names == null) {
            throw new AssertionError("an operation is open or names its permissions: " + operation.get("summary"));
        }
        return names.valueStream().map(JsonNode::stringValue).sorted().toList();
    }
}
