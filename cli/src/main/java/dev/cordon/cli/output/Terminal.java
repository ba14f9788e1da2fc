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
 * @param width how many columns the terminal has
 * @param height how many lines it has
 * @param moves whether what was drawn can be drawn over, which dumb terminals cannot
 * @param colour whether colours are wanted on it ({@code NO_COLOR} and dumb terminals do without)
 */
public record Terminal(boolean in, boolean out, boolean err, int width, int height, boolean moves, boolean colour) {

    private static final int USUAL_WIDTH = 80;
    private static final int USUAL_HEIGHT = 24;
    private static final int NARROWEST = 20;
    private static final int LOWEST = 5;
    private static final int LARGEST = 1000;

    @SuppressWarnings("SystemConsoleNull") // it is null where jdk.console is java.base and input is no terminal
    public static Terminal of(Map<String, String> environment) {
        String streams = environment.get("CORDON_TTY");
        if (streams == null) {
            Console console = environment.isEmpty() ? null : System.console();
            streams = console != null && console.isTerminal() ? "012" : "";
        }
        boolean moves = !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(
                streams.contains("0"),
                streams.contains("1"),
                streams.contains("2"),
                number(environment.getOrDefault("COLUMNS", ""), NARROWEST, USUAL_WIDTH),
                number(environment.getOrDefault("LINES", ""), LOWEST, USUAL_HEIGHT),
                moves,
                moves && environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    /** How wide answers may be; empty where they go elsewhere, and nothing is to be cut. */
    OptionalInt columns() {
        return out ? OptionalInt.of(width) : OptionalInt.empty();
    }

    private static int number(String text, int least, int usual) {
        // 0 is what a terminal says that does not know
        return text.matches("[1-9]\\d{0,3}") ? Math.clamp(Integer.parseInt(text), least, LARGEST) : usual;
    }
}
