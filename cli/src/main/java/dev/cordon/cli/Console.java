package dev.cordon.cli;

import dev.cordon.cli.connection.Answer;
import dev.cordon.cli.connection.Connection;
import dev.cordon.cli.connection.Json;
import dev.cordon.cli.connection.Profile;
import dev.cordon.cli.connection.Profiles;
import dev.cordon.cli.connection.Session;
import dev.cordon.cli.connection.Tokens;
import dev.cordon.cli.output.ColourChoice;
import dev.cordon.cli.output.Column;
import dev.cordon.cli.output.Format;
import dev.cordon.cli.output.Screen;
import dev.cordon.cli.output.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What every command has: where the server is, as whom it is called, and how answers are shown. */
final class Console implements AutoCloseable {

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            scope = ScopeType.INHERIT,
            description = "Name of a profile that `cordon login` made, or a file such as a server's operator.json"
                    + " (default: CORDON_PROFILE, then the last login, then cordon-data/operator.json)")
    private Optional<String> profile = Optional.empty();

    private final Screen screen;
    private final BufferedReader in;
    private final Profiles profiles;
    private final Map<String, String> environment;
    private final InstantSource time = InstantSource.system();
    private Optional<Connection> connection = Optional.empty();
    private Optional<Session> session = Optional.empty();

    Console(PrintWriter out, PrintWriter err, BufferedReader in, Map<String, String> environment) {
        this.screen = new Screen(out, err, Terminal.of(environment));
        this.in = in;
        this.environment = environment;
        this.profiles = new Profiles(environment);
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table, json, yaml or csv (default: table)")
    void output(Format format) {
        screen.format(format);
    }

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            scope = ScopeType.INHERIT,
            description = "auto, always or never (default: auto, which colours terminals unless NO_COLOR is set)")
    void colours(ColourChoice wanted) {
        screen.colours(wanted);
    }

    /** The session of this run, opened at first use. */
    Session session() {
        if (session.isEmpty()) {
            open(profiles.choose(profile));
        }
        return session.orElseThrow();
    }

    /** Opens the session of this run as the given profile. */
    Session open(Profile chosen) {
        connection.ifPresent(Connection::close);
        connection = Optional.of(Connection.to(chosen.url(), chosen.authority(), profiles.folder()));
        session = Optional.of(new Session(connection.get(), chosen, new Tokens(profiles.folder(), chosen), time));
        return session.get();
    }

    Screen screen() {
        return screen;
    }

    Profiles profiles() {
        return profiles;
    }

    /** The name or file given with {@code --profile}. */
    Optional<String> wantedProfile() {
        return profile;
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** A line that a person or a script typed; empty at the end of input. */
    Optional<String> readLine() {
        try {
            return Optional.ofNullable(in.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException("standard input cannot be read", e);
        }
    }

    /** A secret that a person types without seeing it. */
    @SuppressWarnings("SystemConsoleNull") // it is null where jdk.console is java.base and input is no terminal
    Optional<String> readSecret(String question) {
        java.io.Console terminal = System.console();
        if (terminal == null || !terminal.isTerminal()) {
            return Optional.empty();
        }
        char[] typed = terminal.readPassword("%s", question);
        return typed == null ? Optional.empty() : Optional.of(new String(typed));
    }

    JsonNode get(String path) {
        return send("GET", path, "").json();
    }

    JsonNode post(String path, ObjectNode body) {
        return send("POST", path, Json.write(body)).json();
    }

    Answer send(String method, String path, String body) {
        return session().send(method, path, body, Map.of()).orThrow();
    }

    /** Orders something such that repeating the request orders it once only. */
    Answer order(String path, ObjectNode body) {
        return session()
                .send(
                        "POST",
                        path,
                        Json.write(body),
                        Map.of("Idempotency-Key", UUID.randomUUID().toString()));
    }

    /** A whole list, however many pages it has. */
    ObjectNode all(String path) {
        ObjectNode whole = body();
        ArrayNode items = whole.putArray("value");
        Optional<String> next = Optional.of(path);
        while (next.isPresent()) {
            JsonNode page = get(next.get());
            page.path("value").forEach(items::add);
            String link = page.path("@odata.nextLink").asString("");
            next = link.isEmpty() ? Optional.empty() : Optional.of(session().own(URI.create(link)));
        }
        return whole;
    }

    /** A new JSON object to fill in. */
    static ObjectNode body() {
        return Json.object();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Shows a list: as the server's JSON, or one row each. */
    void list(JsonNode answer, Column... columns) {
        screen.list(answer, columns);
    }

    /** Shows one object: as the server's JSON, or a property a line. */
    void object(JsonNode answer) {
        screen.object(answer);
    }

    /** Shows a sentence, or for scripts the JSON behind it. */
    void sentence(JsonNode answer, String sentence) {
        screen.sentence(answer, sentence);
    }

    @Override
    public void close() {
        connection.ifPresent(Connection::close);
    }
}
