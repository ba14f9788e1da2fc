package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Json;
import dev.cordon.cli.connection.PrivateFile;
import dev.cordon.cli.output.Column;
import dev.cordon.cli.output.Values;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(addMethodSubcommands = false, name = "audit", description = "The tenant's audit log (needs Cordon.Administer)")
final class AuditCommand extends Group {

    private static final String PATH = "/cordon/v1/audit";
    private static final int PAGE = 1000;

    private static final Column[] COLUMNS = {
        Column.of("NUMBER", "number"),
        Column.of("AT", "at"),
        Column.of("ACTOR", "actor"),
        Column.of("EVENT", "event"),
        Column.of("SUBJECT", "subject"),
        Column.of("DETAIL", "detail").ifRoom()
    };

    AuditCommand(Console console) {
        super(console);
    }

    /** Which entries. */
    static final class Wanted {

        @Option(names = "--text", paramLabel = "TEXT", description = "Part of anything that stands in an entry")
        private Optional<String> text = Optional.empty();

        @Option(names = "--actor", paramLabel = "TEXT", description = "Part of who did it")
        private Optional<String> actor = Optional.empty();

        @Option(names = "--event", paramLabel = "EVENT", description = "Events or beginnings of events, with commas")
        private Optional<String> event = Optional.empty();

        @Option(names = "--from", paramLabel = "TIME", description = "For example 2026-01-31T12:00:00Z")
        private Optional<String> from = Optional.empty();

        @Option(names = "--to", paramLabel = "TIME", description = "Until then")
        private Optional<String> to = Optional.empty();

        private List<String> query() {
            List<String> query = new ArrayList<>();
            text.ifPresent(value -> query.add("text=" + encoded(value)));
            actor.ifPresent(value -> query.add("actor=" + encoded(value)));
            event.ifPresent(value -> query.add("event=" + encoded(value)));
            from.ifPresent(value -> query.add("from=" + encoded(value)));
            to.ifPresent(value -> query.add("to=" + encoded(value)));
            return query;
        }
    }

    @Command(description = "List entries, newest first")
    int list(
            @Mixin Wanted wanted,
            @Option(
                            names = "--top",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many (default: 100)")
                    int top) {
        ObjectNode whole = Console.body();
        ArrayNode entries = whole.putArray("value");
        Optional<String> before = Optional.empty();
        do {
            List<String> query = wanted.query();
            query.add("order=newest");
            query.add("top=" + Math.clamp(top - entries.size(), 1, PAGE));
            before.ifPresent(number -> query.add("before=" + number));
            JsonNode page = console.get(PATH + "?" + String.join("&", query));
            page.path("value").forEach(entries::add);
            before = Optional.of(Values.text(page.path("nextBefore"))).filter(number -> !number.isEmpty());
        } while (before.isPresent() && entries.size() < top);
        console.list(whole, COLUMNS);
        return ExitCode.OK;
    }

    @Command(description = "Write entries to a new file, oldest first, one JSON object a line, each with its hash")
    int export(@Parameters(paramLabel = "FILE") Path file, @Mixin Wanted wanted) {
        long count = 0;
        try (var lines = new BufferedWriter(Channels.newWriter(
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PrivateFile.only("rw-------")),
                StandardCharsets.UTF_8))) {
            Optional<String> after = Optional.of("0");
            while (after.isPresent()) {
                List<String> query = wanted.query();
                query.add("after=" + after.get());
                query.add("top=" + PAGE);
                JsonNode page = console.get(PATH + "?" + String.join("&", query));
                for (JsonNode entry : page.path("value")) {
                    lines.write(Json.line(entry) + "\n");
                    count++;
                }
                after = Optional.of(Values.text(page.path("nextAfter"))).filter(number -> !number.isEmpty());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e, e);
        }
        console.sentence(
                Console.body().put("file", file.toString()).put("entries", count),
                "Wrote " + count + " entries to " + file + ".");
        return ExitCode.OK;
    }

    @Command(description = "Recompute the whole chain; status 1 if an entry was changed or removed")
    int verify() {
        JsonNode answer = console.get(PATH + "/verification");
        console.object(answer);
        return answer.path("intact").asBoolean(false) ? ExitCode.OK : ExitCode.FAILED;
    }
}
