package dev.cordon.agent.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON text (RFC 8259) into {@code Map}, {@code List}, {@code String}, {@code Double}, {@code Boolean} and
 * null. Exists because the agent brings no library; strict, and bounded in depth. Not safe for use by many threads.
 */
public final class JsonReader {

    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The object that {@code text} is. */
    public static Map<String, @Nullable Object> object(String text) throws JsonException {
        var reader = new JsonReader(text);
        reader.space();
        if (reader.peek() != '{') {
            throw reader.wrong("an object");
        }
        var object = reader.members(0);
        reader.space();
        if (reader.at != text.length()) {
            throw reader.wrong("the end");
        }
        return object;
    }

    private @Nullable Object value(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw new JsonException("nested deeper than " + MAX_DEPTH);
        }
        space();
        return switch (peek()) {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> members(int depth) throws JsonException {
        var members = new LinkedHashMap<String, @Nullable Object>();
        at++;
        space();
        if (taken('}')) {
            return members;
        }
        do {
            space();
            var name = string();
            space();
            expect(':');
            members.put(name, value(depth + 1));
            space();
        } while (taken(','));
        expect('}');
        return members;
    }

    private List<@Nullable Object> elements(int depth) throws JsonException {
        var elements = new ArrayList<@Nullable Object>();
        at++;
        space();
        if (taken(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
            space();
        } while (taken(','));
        expect(']');
        return elements;
    }

    private String string() throws JsonException {
        expect('"');
        var result = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return result.toString();
            }
            if (c < ' ') {
                throw wrong("no control character");
            }
            result.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws JsonException {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an escape");
        };
    }

    private char unicode() throws JsonException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw wrong("four hex digits");
            }
            code = code * 16 + digit;
        }
        return (char) code;
    }

    private Double number() throws JsonException {
        int from = at;
        while (at < text.length() && "+-0123456789.eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            return Double.valueOf(text.substring(from, at));
        } catch (NumberFormatException e) {
            throw wrong("a value");
        }
    }

    private <T extends @Nullable Object> T literal(String word, T value) throws JsonException {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean taken(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws JsonException {
        if (!taken(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private char peek() throws JsonException {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private char next() throws JsonException {
        char c = peek();
        at++;
        return c;
    }

    private JsonException wrong(String expected) {
        return new JsonException("not JSON at character " + at + ": expected " + expected);
    }
}
