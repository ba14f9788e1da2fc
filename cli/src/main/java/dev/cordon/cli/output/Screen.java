package dev.cordon.cli.output;

import dev.cordon.cli.connection.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Shows answers in the format asked for; words for people go to standard error, so that answers can be piped. */
public final class Screen {

    /** Begins the names of what OData says about an answer. */
    private static final String ABOUT = "@odata.";

    private final PrintWriter out;
    private final PrintWriter err;
    private final Terminal terminal;
    private Format format = Format.table;
    private ColourChoice colours = ColourChoice.auto;

    public Screen(PrintWriter out, PrintWriter err, Terminal terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    public void format(Format wanted) {
        format = wanted;
    }

    public void colours(ColourChoice wanted) {
        colours = wanted;
    }

    public Terminal terminal() {
        return terminal;
    }

    /** Whether a person reads the answers. */
    public boolean people() {
        return format == Format.table;
    }

    /** Shows a list: in the server's own shape, or a row each. */
    public void list(JsonNode answer, Column... columns) {
        switch (format) {
            case json -> json(answer);
            case yaml -> yaml(answer);
            case csv -> {
                out.print(Csv.line(Arrays.stream(columns).map(Column::property).toList()));
                for (JsonNode item : items(answer)) {
                    out.print(Csv.line(Arrays.stream(columns)
                            .map(column -> column.value().apply(item))
                            .toList()));
                }
                out.flush();
            }
            case table -> print(items(answer), columns);
        }
    }

    /** What a list holds; all but a few are called {@code value}. */
    private static JsonNode items(JsonNode answer) {
        return answer.has("value")
                ? answer.path("value")
                : answer.valueStream().filter(JsonNode::isArray).findFirst().orElse(answer.path("value"));
    }

    private void print(JsonNode items, Column... columns) {
        if (items.isEmpty()) {
            out.println("None.");
            return;
        }
        table(items, columns).lines(terminal.columns(), colours(terminal.out())).forEach(out::println);
    }

    private static Table table(JsonNode items, Column... columns) {
        var table = new Table(Arrays.stream(columns)
                .map(column -> new Table.Head(column.heading(), column.kind() == Column.Kind.STATUS, column.spare()))
                .toList());
        for (JsonNode item : items) {
            table.row(Arrays.stream(columns).map(column -> column.cell(item)).toList());
        }
        return table;
    }

    /** Shows one object: in the server's own shape, or a property a line, with a table for each list in it. */
    public void object(JsonNode answer) {
        switch (format) {
            case json -> json(answer);
            case yaml -> yaml(answer);
            case csv -> {
                List<String> names = new ArrayList<>();
                List<String> values = new ArrayList<>();
                answer.properties().forEach(property -> {
                    names.add(property.getKey());
                    values.add(Values.text(property.getValue()));
                });
                out.print(Csv.line(names));
                out.print(Csv.line(values));
                out.flush();
            }
            case table -> properties(answer);
        }
    }

    private void properties(JsonNode answer) {
        var shown = answer.properties().stream()
                .filter(property -> !property.getKey().startsWith(ABOUT))
                .toList();
        int widest = 0;
        for (var property : shown) {
            widest = Math.max(widest, Cells.width(property.getKey()));
        }
        List<String> lists = new ArrayList<>();
        for (var property : shown) {
            if (rows(property.getValue())) {
                lists.add(property.getKey());
                continue;
            }
            String name = Printable.cell(property.getKey());
            String text = Values.text(property.getValue());
            String value = text.isEmpty() ? "-" : Printable.cell(Values.second(text));
            String padding = " ".repeat(Math.max(0, widest - Cells.width(name)) + 2);
            out.println(painted(Colour.HEADING, name) + padding + painted(Colour.of(value), value));
        }
        for (String name : lists) {
            out.println();
            out.println(painted(Colour.HEADING, Printable.cell(name)));
            print(answer.path(name), columnsOf(answer.path(name)));
        }
    }

    private static boolean rows(JsonNode value) {
        return value.isArray() && !value.isEmpty() && value.valueStream().allMatch(JsonNode::isObject);
    }

    private static Column[] columnsOf(JsonNode items) {
        Set<String> names = new LinkedHashSet<>();
        items.forEach(item -> names.addAll(item.propertyNames()));
        return names.stream()
                .map(name -> Column.status(Printable.cell(name), name))
                .toArray(Column[]::new);
    }

    /** Shows a sentence, or for scripts the JSON behind it. */
    public void sentence(JsonNode answer, String sentence) {
        if (format == Format.table) {
            out.println(Printable.cell(sentence));
        } else if (!answer.isMissingNode()) {
            object(answer);
        }
    }

    /** Shows a line as it is; only for text of our own. */
    public void line(String text) {
        out.println(text);
    }

    /** Says something to a person beside the answer. */
    public void say(String sentence) {
        err.println(Printable.cell(sentence));
        err.flush();
    }

    /** Asks a person and waits on the same line; only for text of our own. */
    public void ask(String question) {
        err.print(Printable.cell(question));
        err.flush();
    }

    /** Where lines of progress go; they are drawn on terminals only. */
    PrintWriter err() {
        return err;
    }

    PrintWriter out() {
        return out;
    }

    /** The lines of a list for people, for a window that is drawn anew again and again. */
    List<String> lines(JsonNode answer, Column... columns) {
        return table(answer.path("value"), columns).lines(terminal.columns(), colours(terminal.out()));
    }

    /** Whether lines of progress have colours, which go to standard error. */
    boolean coloursProgress() {
        return colours(terminal.err());
    }

    private boolean colours(boolean person) {
        return switch (colours) {
            case always -> true;
            case never -> false;
            case auto -> person && terminal.colour();
        };
    }

    private String painted(Colour colour, String text) {
        return colours(terminal.out()) ? colour.paint(text) : text;
    }

    private void json(JsonNode answer) {
        out.println(Printable.json(Json.write(answer)));
    }

    private void yaml(JsonNode answer) {
        out.print(Printable.json(Yaml.write(answer)));
        out.flush();
    }
}
