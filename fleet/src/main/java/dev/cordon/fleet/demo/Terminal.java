package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The demo's words on the terminal: plain text, bold and grey only where a terminal shows them. */
final class Terminal {

    private static final int BODY_LIMIT = 400;
    private static final Pattern SECRETS =
            Pattern.compile("(client_secret=|\"(?:secret|clientSecret|token|access_token)\":\\s*\")[^\"&]{4,}");
    private static final String BARS = "▁▂▃▄▅▆▇█";

    private final PrintStream out;
    private final boolean styled;

    Terminal(PrintStream out, boolean styled) {
        this.out = out;
        this.styled = styled;
    }

    @SuppressWarnings("SystemConsoleNull") // it depends on the console's provider
    static Terminal standard() {
        var console = System.console();
        boolean styled = console != null
                && console.isTerminal()
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"));
        return new Terminal(System.out, styled);
    }

    void heading(String text) {
        out.println();
        out.println(styled ? "\u001b[1m" + text + "\u001b[0m" : text);
    }

    void line(String text) {
        out.println("  " + text);
        out.flush();
    }

    void lines(List<String> texts) {
        texts.forEach(this::line);
    }

    /** A call in two forms: as what went over the wire, and as a curl command to repeat it. */
    void exchange(Exchange exchange, String curl) {
        line(exchange.method() + " " + exchange.uri());
        if (!exchange.requestBody().isEmpty()) {
            line("  " + shortened(exchange.requestBody()));
        }
        line("← " + exchange.status() + "  " + millis(exchange.took().toNanos()));
        if (!exchange.body().isEmpty()) {
            line("  " + shortened(exchange.body()));
        }
        if (!curl.isEmpty()) {
            out.println(grey("    $ " + curl));
        }
    }

    void verified(String sentence) {
        line((styled ? "\u001b[32m✓\u001b[0m " : "✓ ") + sentence);
    }

    void failed(String sentence) {
        line((styled ? "\u001b[31m✗\u001b[0m " : "✗ ") + sentence);
    }

    /** Counts as a row of bars, the tallest for the largest; a dot where nothing was. */
    static String bars(List<Integer> counts) {
        int most = Math.max(1, counts.stream().mapToInt(Integer::intValue).max().orElse(1));
        var row = new StringBuilder();
        for (int count : counts) {
            row.append(count == 0 ? '·' : BARS.charAt(Math.min(BARS.length() - 1, count * BARS.length() / (most + 1))));
        }
        return row.toString();
    }

    static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }

    private String grey(String text) {
        return styled ? "\u001b[90m" + text + "\u001b[0m" : text;
    }

    static String shortened(String body) {
        String oneLine = SECRETS.matcher(body.replaceAll("\\s*\\R\\s*", " ")).replaceAll("$1…");
        return oneLine.length() <= BODY_LIMIT ? oneLine : oneLine.substring(0, BODY_LIMIT) + " …";
    }
}
