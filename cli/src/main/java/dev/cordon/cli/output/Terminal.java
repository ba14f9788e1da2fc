package dev.cordon.cli.output;

import java.io.Console;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the command talks to. The launcher says it in {@code CORDON_TTY}: the numbers of the standard streams that are a
 * terminal, because the Java run time cannot tell them apart.
 *
 * @param in whether a person can be asked
 * @param out whether answers go to a person
 * @param err whether progress goes to a person
 * @param columns how wide the terminal is; empty if answers go elsewhere
 * @param colour whether colours are wanted ({@code NO_COLOR} and dumb terminals do without)
 */
public record Terminal(boolean in, boolean out, boolean err, OptionalInt columns, boolean colour) {

    private static final int USUAL = 80;
    private static final int NARROWEST = 20;
    private static final int WIDEST = 1000;

    @SuppressWarnings("SystemConsoleNull") // it is null where jdk.console is java.base and input is no terminal
    public static Terminal of(Map<String, String> environment) {
        String streams = environment.get("CORDON_TTY");
        if (streams == null) {
            Console console = environment.isEmpty() ? null : System.console();
            streams = console != null && console.isTerminal() ? "012" : "";
        }
        boolean out = streams.contains("1");
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(
                streams.contains("0"),
                out,
                streams.contains("2"),
                out ? OptionalInt.of(columns(environment.getOrDefault("COLUMNS", ""))) : OptionalInt.empty(),
                colour);
    }

    /** How wide lines of progress may be. */
    int width() {
        return columns.orElse(USUAL);
    }

    private static int columns(String text) {
        return text.matches("\\d{1,4}") ? Math.clamp(Integer.parseInt(text), NARROWEST, WIDEST) : USUAL;
    }
}
