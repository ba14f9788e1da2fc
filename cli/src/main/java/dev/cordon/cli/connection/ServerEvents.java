package dev.cordon.cli.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads server-sent events (HTML Standard, section 9.2) as they come. For one thread. */
public final class ServerEvents {

    private static final int LONGEST = 4 << 20;

    private final BufferedReader lines;
    private String id = "";

    public ServerEvents(InputStream stream) {
        this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    /** One event; {@code id} is the last that was said, {@code kind} empty where none was. */
    public record Happening(String id, String kind, String data) {}

    /**
     * Waits for the next event; empty at the end of the stream, also in the middle of an event.
     *
     * @throws IOException if the connection breaks, or a line has no end
     */
    public Optional<Happening> next() throws IOException {
        String kind = "";
        var data = new StringBuilder();
        boolean any = false;
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            String text = line.get();
            if (text.isEmpty()) {
                if (any) {
                    return Optional.of(new Happening(id, kind, data.toString()));
                }
                kind = "";
                continue;
            }
            int colon = text.indexOf(':');
            String field = colon < 0 ? text : text.substring(0, colon);
            String value = colon < 0 ? "" : text.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> kind = value;
                case "data" -> {
                    data.append(any ? "\n" : "").append(value);
                    any = true;
                }
                default -> {
                    // a comment, or something of a later day
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> line() throws IOException {
        var line = new StringBuilder();
        for (int c = lines.read(); c != '\n'; c = lines.read()) {
            if (c < 0) {
                return Optional.empty();
            }
            if (line.length() == LONGEST) {
                throw new IOException("an event is too long");
            }
            line.append((char) c);
        }
        int length = line.length();
        return Optional.of(
                length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString());
    }
}
