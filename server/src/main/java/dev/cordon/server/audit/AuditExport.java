package dev.cordon.server.audit;

import static dev.cordon.server.audit.AuditTables.ENTRIES;
import static dev.cordon.server.audit.AuditTables.NUMBER;

import dev.cordon.server.store.Database;
import dev.cordon.server.web.ApiException;
import dev.cordon.server.web.Caller;
import dev.cordon.server.web.Json;
import io.javalin.http.Context;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jooq.Condition;

/**
 * {@code GET /cordon/v1/audit/export}: all entries that a filter lets through, oldest first, as JSON lines or as CSV
 * (RFC 4180). Read and written a page at a time, so that a log of any size takes no memory. Thread-safe.
 */
final class AuditExport {

    private static final int PAGE = 1_000;
    private static final List<String> COLUMNS = List.of("number", "at", "actor", "event", "subject", "detail", "hash");

    private final Database database;

    AuditExport(Database database) {
        this.database = database;
    }

    /** What an export is written as. */
    private enum Format {
        JSONL("application/x-ndjson", "jsonl"),
        CSV("text/csv; charset=utf-8", "csv");

        private final String contentType;
        private final String extension;

        Format(String contentType, String extension) {
            this.contentType = contentType;
            this.extension = extension;
        }

        private static Format of(Context http) {
            return switch (Objects.requireNonNullElse(http.queryParam("format"), "jsonl")) {
                case "jsonl" -> JSONL;
                case "csv" -> CSV;
                default -> throw ApiException.invalidInput("The query parameter format takes jsonl and csv.");
            };
        }
    }

    void export(Context http, Caller caller) throws IOException {
        var format = Format.of(http);
        var filter = AuditFilter.of(http, caller);
        // before anything is sent, so that trouble with the first page is an error and not half a file
        var page = page(filter, 0);
        http.res().setContentType(format.contentType);
        http.header("Content-Disposition", "attachment; filename=\"audit." + format.extension + "\"");
        http.header("Cache-Control", "no-store");
        var out = new BufferedWriter(
                new OutputStreamWriter(http.res().getOutputStream(), StandardCharsets.UTF_8), 1 << 16);
        if (format == Format.CSV) {
            line(out, COLUMNS.stream().collect(Collectors.joining(",")));
        }
        while (!page.isEmpty()) {
            for (var entry : page) {
                line(out, format == Format.CSV ? csv(entry) : Json.MAPPER.writeValueAsString(entry));
            }
            var last = (Long) page.getLast().get("number");
            page = page.size() < PAGE ? List.of() : page(filter, last == null ? Long.MAX_VALUE : last);
        }
        out.flush();
    }

    private List<Map<String, Object>> page(Condition filter, long after) {
        return database.read(sql -> sql.select(Audit.COLUMNS)
                .from(ENTRIES)
                .where(filter, NUMBER.gt(after))
                .orderBy(NUMBER)
                .limit(PAGE)
                .fetch(Audit::shown));
    }

    private static void line(Writer out, String text) throws IOException {
        out.write(text);
        out.write("\r\n");
    }

    private static String csv(Map<String, Object> entry) {
        return COLUMNS.stream()
                .map(name -> cell(String.valueOf(entry.get(name))))
                .collect(Collectors.joining(","));
    }

    /** A text that a spreadsheet would take for a formula gets an apostrophe in front: names come from machines too. */
    private static String cell(String text) {
        var safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
