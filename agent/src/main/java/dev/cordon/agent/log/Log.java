package dev.cordon.agent.log;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes events with fields, one a line: {@code 2026-03-01T12:00:00.123456Z INFO connected gateway=203.0.113.5:8444}.
 *
 * <p>The agent brings no logging framework; under systemd the journal takes standard error. Text of other origin is
 * quoted and its control characters are escaped, so that nothing can forge a line. Safe for use by many threads: a line
 * is one call on the stream.
 */
public final class Log {

    /** How urgent an event is. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    private static final int MAX_VALUE = 1_000;

    private final PrintStream out;
    private final Level threshold;
    private final Clock clock;
    private final String context;

    private Log(PrintStream out, Level threshold, Clock clock, String context) {
        this.out = out;
        this.threshold = threshold;
        this.clock = clock;
        this.context = context;
    }

    /** Writes events of {@code threshold} and above to {@code out}. */
    public static Log to(PrintStream out, Level threshold) {
        return new Log(out, threshold, Clock.systemUTC(), "");
    }

    /** Writes nothing; for simulated machines by the thousand. */
    public static Log silent() {
        return new Log(new PrintStream(PrintStream.nullOutputStream()), Level.ERROR, Clock.systemUTC(), "");
    }

    /** The same log with a field that every event carries. */
    public Log with(String key, Object value) {
        return new Log(out, threshold, clock, context + field(key, value));
    }

    public void debug(String event, @Nullable Object... fields) {
        write(Level.DEBUG, event, null, fields);
    }

    public void info(String event, @Nullable Object... fields) {
        write(Level.INFO, event, null, fields);
    }

    public void warn(String event, @Nullable Object... fields) {
        write(Level.WARN, event, null, fields);
    }

    public void error(String event, @Nullable Object... fields) {
        write(Level.ERROR, event, null, fields);
    }

    /** An event with the failure behind it: its kind, its message and that of its causes. */
    public void warn(Throwable cause, String event, @Nullable Object... fields) {
        write(Level.WARN, event, cause, fields);
    }

    /** An event with the failure behind it: its kind, its message and that of its causes. */
    public void error(Throwable cause, String event, @Nullable Object... fields) {
        write(Level.ERROR, event, cause, fields);
    }

    private void write(Level level, String event, @Nullable Throwable cause, @Nullable Object... fields) {
        if (level.compareTo(threshold) < 0) {
            return;
        }
        var line = new StringBuilder(160)
                .append(Instant.now(clock).truncatedTo(ChronoUnit.MICROS))
                .append(' ')
                .append(level)
                .append(' ')
                .append(event)
                .append(context);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            line.append(field(String.valueOf(fields[i]), fields[i + 1]));
        }
        if (cause != null) {
            line.append(field("error", describe(cause)));
        }
        out.println(line);
    }

    private static String describe(Throwable cause) {
        var text = new StringBuilder();
        for (Throwable at = cause; at != null && text.length() < MAX_VALUE; at = at.getCause()) {
            if (!text.isEmpty()) {
                text.append(" <- ");
            }
            text.append(at.getClass().getSimpleName());
            if (at.getMessage() != null) {
                text.append(": ").append(at.getMessage());
            }
        }
        return text.toString();
    }

    private static String field(String key, @Nullable Object value) {
        var text = String.valueOf(value);
        if (text.length() > MAX_VALUE) {
            text = text.substring(0, MAX_VALUE) + "…";
        }
        var plain = !text.isEmpty()
                && text.chars()
                        .allMatch(c -> c > ' ' && c != '"' && c != '=' && c != '\\' && !Character.isISOControl(c));
        return ' ' + key + '=' + (plain ? text : quote(text));
    }

    private static String quote(String text) {
        var quoted = new StringBuilder(text.length() + 8).append('"');
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (Character.isISOControl(c)) {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
