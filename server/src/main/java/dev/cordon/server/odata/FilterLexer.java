package dev.cordon.server.odata;

import dev.cordon.server.odata.Token.Kind;
import java.util.regex.Pattern;

/**
 * Cuts a {@code $filter} into tokens. A word ends at a blank, a bracket, a comma or a quote, so that
 * {@code (a eq 'x')and(b eq 'y')} needs no blanks. One that begins with a letter also ends at a colon
 * ({@code any(tag:tag eq 'x')}); one that begins with a digit does not ({@code 2018-08-01T10:00:00Z}).
 *
 * <p>Where a client did not escape the plus of a time's offset, it arrives as a blank; it is put back.
 */
final class FilterLexer {

    private static final Pattern LOCAL_TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?");
    private static final Pattern LOST_OFFSET = Pattern.compile(" (\\d\\d:\\d\\d)(?![\\w:])");

    private final String text;
    private int at;

    FilterLexer(String text) {
        this.text = text;
    }

    Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Token(Kind.END, "", at);
        }
        char c = text.charAt(at);
        return switch (c) {
            case '(' -> single(Kind.OPEN);
            case ')' -> single(Kind.CLOSE);
            case ',' -> single(Kind.COMMA);
            case ':' -> single(Kind.COLON);
            case '\'' -> string();
            default -> {
                if (!isWordPart(c)) {
                    throw ODataErrors.filter(
                            at, "'" + Character.toString(text.codePointAt(at)) + "' means nothing here" + advice(c));
                }
                yield word();
            }
        };
    }

    private Token single(Kind kind) {
        return new Token(kind, text.substring(at, at + 1), at++);
    }

    private Token string() {
        int begin = at;
        var content = new StringBuilder();
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\'') {
                content.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == '\'') {
                content.append(c);
                i++;
            } else {
                at = i + 1;
                return new Token(Kind.STRING, content.toString(), begin);
            }
        }
        throw ODataErrors.filter(begin, "the quote is not closed; a quote inside a text is doubled");
    }

    private Token word() {
        int begin = at;
        boolean endsAtColon = Character.isLetter(text.charAt(at)) || text.charAt(at) == '_';
        while (at < text.length() && (isWordPart(text.charAt(at)) || (text.charAt(at) == ':' && !endsAtColon))) {
            at++;
        }
        var word = text.substring(begin, at);
        if (LOCAL_TIME.matcher(word).matches()) {
            var offset = LOST_OFFSET.matcher(text).region(at, text.length());
            if (offset.lookingAt()) {
                at = offset.end();
                word += "+" + offset.group(1);
            }
        }
        return new Token(Kind.WORD, word, begin);
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || "_-+./@".indexOf(c) >= 0;
    }

    private static String advice(char c) {
        return switch (c) {
            case '=' -> "; write eq";
            case '<' -> "; write lt or le";
            case '>' -> "; write gt or ge";
            case '!' -> "; write ne or not";
            case '&' -> "; write and";
            case '|' -> "; write or";
            case '"' -> "; texts stand in single quotes";
            default -> "";
        };
    }
}
