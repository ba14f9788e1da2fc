package dev.cordon.agent.collection;

import dev.cordon.agent.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** The collection summary report, which says of every item what became of it. Immutable. */
record Summary(String machineId, Instant startedAt, Instant endedAt, List<Collected> items) {

    Summary {
        items = List.copyOf(items);
    }

    long count(Collected.Status status) {
        return items.stream().filter(item -> item.status() == status).count();
    }

    /** In one sentence for people. */
    String sentence() {
        long there = count(Collected.Status.COLLECTED) + count(Collected.Status.TRUNCATED);
        return String.format(
                Locale.ROOT,
                "%d items collected, %d absent on this machine, %d left out as secret, %d failed, %d timed out, %d skipped",
                there,
                count(Collected.Status.ABSENT),
                count(Collected.Status.LEFT_OUT),
                count(Collected.Status.FAILED),
                count(Collected.Status.TIMED_OUT),
                count(Collected.Status.SKIPPED));
    }

    /** One object; its items one a line. */
    void json(OutputStream out) throws IOException {
        write(
                out,
                "{\"machineId\":" + JsonWriter.write(machineId) + ",\"startedAt\":\"" + startedAt
                        + "\",\"endedAt\":\"");
        write(out, endedAt + "\",\"items\":[");
        var separator = "\n";
        for (var item : items) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("item", item.entry());
            fields.put("source", item.source());
            fields.put("status", item.status().shown());
            fields.put("bytes", item.bytes());
            fields.put("sha256", item.sha256());
            fields.put("millis", item.millis());
            fields.put("note", item.note());
            write(out, separator + JsonWriter.write(fields));
            separator = ",\n";
        }
        write(out, "\n]}\n");
    }

    /** RFC 4180, with a header. */
    void csv(OutputStream out) throws IOException {
        write(out, "item,source,status,bytes,sha256,millis,note\r\n");
        for (var item : items) {
            write(
                    out,
                    String.join(
                                    ",",
                                    quoted(item.entry()),
                                    quoted(item.source()),
                                    item.status().shown(),
                                    Long.toString(item.bytes()),
                                    item.sha256(),
                                    Long.toString(item.millis()),
                                    quoted(item.note()))
                            + "\r\n");
        }
    }

    /** A leading apostrophe keeps a spreadsheet from taking a text for a formula. */
    private static String quoted(String text) {
        boolean formula = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
