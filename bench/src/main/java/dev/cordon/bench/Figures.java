package dev.cordon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What was measured: lines of a Markdown table for people, every raw value as JSON for whoever doubts them. */
final class Figures {

    private static final JsonMapper JSON = new JsonMapper();

    private final List<String> rows = new ArrayList<>();
    private final ObjectNode raw = JSON.createObjectNode();

    /** A distribution, held against an aim for one of its percentiles. */
    void distribution(String name, List<Double> millis, String aim) {
        distribution(name, millis, "ms", aim);
    }

    /** The same in microseconds. */
    void micros(String name, List<Double> micros, String aim) {
        distribution(name, micros, "µs", aim);
    }

    /** The same of a difference in percent. */
    void percent(String name, List<Double> percent, String aim) {
        distribution(name, percent, "%", aim);
    }

    private void distribution(String name, List<Double> all, String unit, String aim) {
        var figures = Percentiles.of(all);
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %.1f %s | %.1f %s | %.1f %s | %d | %s |",
                name,
                figures.at(50),
                unit,
                figures.at(99),
                unit,
                figures.worst(),
                unit,
                figures.count(),
                aim));
        var values = raw.putArray(name);
        all.forEach(values::add);
    }

    /** One reading of memory. */
    void memory(String name, List<Double> mebibytes, String aim) {
        var figures = Percentiles.of(mebibytes);
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %.0f MiB | – | %.0f MiB | %d | %s |",
                name,
                figures.at(50),
                figures.worst(),
                figures.count(),
                aim));
        var values = raw.putArray(name);
        mebibytes.forEach(values::add);
    }

    /** Something done again and again, as its rate; the worst is the slowest. */
    void rate(String name, List<Double> perSecond, String unit, String aim) {
        var figures = Percentiles.of(perSecond);
        rows.add(String.format(
                Locale.ROOT,
                "| %s | %.0f %s | – | %.0f %s | %d | %s |",
                name,
                figures.at(50),
                unit,
                figures.at(0),
                unit,
                figures.count(),
                aim));
        var values = raw.putArray(name);
        perSecond.forEach(values::add);
    }

    /** One number that follows from others, or a share. */
    void ratio(String name, double value, String unit, String aim) {
        rows.add(String.format(Locale.ROOT, "| %s | %.1f %s | – | – | 1 | %s |", name, value, unit, aim));
        raw.putArray(name).add(value);
    }

    String table() {
        return "| what | p50 | p99 | worst | runs | aim |\n| --- | --- | --- | --- | --- | --- |\n"
                + String.join("\n", rows);
    }

    void save(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(raw) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the raw figures to " + file, e);
        }
    }
}
