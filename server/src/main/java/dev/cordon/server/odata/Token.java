package dev.cordon.server.odata;

/**
 * A piece of a {@code $filter}.
 *
 * @param text of a word as it stands; of a string without its quotes and with doubled quotes resolved
 * @param at position in the filter, counted from 0
 */
record Token(Kind kind, String text, int at) {

    /** What a token is. */
    enum Kind {
        WORD,
        STRING,
        OPEN,
        CLOSE,
        COMMA,
        COLON,
        END
    }

    /** Whether this is the given word, in any case. */
    boolean is(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /** How an error names the token. */
    String shown() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "'" + Texts.shortened(text) + "'";
            default -> Texts.shortened(text);
        };
    }
}
