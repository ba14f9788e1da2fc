package dev.cordon.cli;

import dev.cordon.fleet.client.ApiClient;
import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.client.OperatorProfile;
import dev.cordon.fleet.client.Session;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What every command has: where the server is, as whom it is called, and how answers are shown. */
final class Console implements AutoCloseable {

    /** How answers are shown. */
    enum Output {
        table,
        json
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Server, tenant and application to use: a server's operator.json (default: CORDON_PROFILE,"
                    + " then cordon-data/operator.json)")
    private Optional<Path> profile = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table or json (default: table)")
    private Output output = Output.table;

    private final PrintWriter out;
    private final Map<String, String> environment;
    private Optional<ApiClient> client = Optional.empty();
    private Optional<Session> session = Optional.empty();

    Console(PrintWriter out, Map<String, String> environment) {
        this.out = out;
        this.environment = environment;
    }

    /** The session of this run, opened at first use. */
    Session session() {
        if (session.isEmpty()) {
            Path file = profile.or(() -> Optional.ofNullable(environment.get("CORDON_PROFILE"))
                            .map(Path::of))
                    .orElse(Path.of("cordon-data", "operator.json"));
            OperatorProfile operator = OperatorProfile.read(file);
            client = Optional.of(new ApiClient(operator.url(), operator.caFile()));
            session = Optional.of(new Session(client.get(), operator.credentials(), InstantSource.system()));
        }
        return session.get();
    }

    JsonNode get(String path) {
        return session().get(path).orThrow().json();
    }

    JsonNode post(String path, ObjectNode body) {
        return session().post(path, JSON.writeValueAsString(body)).orThrow().json();
    }

    Exchange send(String method, String path, String body) {
        return session().send(method, path, body).orThrow();
    }

    /** A new JSON object to fill in. */
    static ObjectNode body() {
        return JSON.createObjectNode();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Shows a list: as the server's JSON, or one row each. */
    void list(JsonNode answer, List<String> heading, Function<JsonNode, List<String>> row) {
        if (output == Output.json) {
            json(answer);
            return;
        }
        var table = new Table(heading.toArray(String[]::new));
        for (JsonNode item : answer.path("value")) {
            table.row(row.apply(item).toArray(String[]::new));
        }
        table.lines().forEach(out::println);
    }

    /** Shows one object: as the server's JSON, or a property a line. */
    void object(JsonNode answer) {
        if (output == Output.json) {
            json(answer);
            return;
        }
        var table = new Table("PROPERTY", "VALUE");
        answer.properties().forEach(property -> table.row(property.getKey(), text(property.getValue())));
        table.lines().forEach(out::println);
    }

    /** Shows a sentence, or for scripts the JSON behind it. */
    void sentence(JsonNode answer, String sentence) {
        if (output == Output.json) {
            json(answer);
        } else {
            out.println(Printable.cell(sentence));
        }
    }

    /** Shows a line as it is; only for text of our own. */
    void line(String text) {
        out.println(text);
    }

    private void json(JsonNode answer) {
        out.println(Printable.json(JSON.writeValueAsString(answer)));
    }

    /** A property of an object as a cell. */
    static String cell(JsonNode object, String property) {
        return text(object.path(property));
    }

    private static String text(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "-";
        }
        if (value.isArray() && value.valueStream().allMatch(JsonNode::isString)) {
            return value.isEmpty()
                    ? "-"
                    : String.join(
                            ", ", value.valueStream().map(JsonNode::asString).toList());
        }
        return value.isString() ? value.asString() : value.toString();
    }

    @Override
    public void close() {
        out.flush();
        client.ifPresent(ApiClient::close);
    }
}
