package dev.cordon.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

    private static final List<Progress.Line> LINES = List.of(
            new Progress.Line("web-1.example.test", OptionalInt.of(50), "InProgress: packing"),
            new Progress.Line("데이터베이스.example.test", OptionalInt.empty(), "Pending"));

    private final StringWriter err = new StringWriter();

    @Test
    void whenThereIsRoomThenARowSaysWhoHowFarAndWhat() {
        draw(Map.of("COLUMNS", "80"));

        assertThat(rows().getFirst())
                .isEqualTo("web-1.example.test         ██████████░░░░░░░░░░  50%  InProgress: packing");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 33, 40, 60, 80, 200})
    void whenTheTerminalIsNarrowThenNoRowIsWiderThanIt(int columns) {
        draw(Map.of("COLUMNS", String.valueOf(columns)));

        assertThat(rows())
                .hasSize(2)
                .allSatisfy(row -> assertThat(Cells.width(row)).as(row).isLessThan(columns));
    }

    @Test
    void whenAnswersGoToAFileThenBarsStillKnowHowWideTheTerminalIs() {
        draw(Map.of("COLUMNS", "40", "CORDON_TTY", "02"));

        assertThat(rows()).allSatisfy(row -> assertThat(Cells.width(row)).isLessThan(40));
    }

    @Test
    void whenATerminalCannotDrawOverThenNothingIsDrawn() {
        draw(Map.of("TERM", "dumb"));

        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whenItIsOverThenNothingIsLeftBehind() {
        draw(Map.of());

        assertThat(err.toString()).endsWith("\u001b[2A\u001b[0J");
    }

    private List<String> rows() {
        return err.toString()
                .replaceAll("\u001b\\[[0-9?;]*[A-Za-z]", "")
                .lines()
                .toList();
    }

    private void draw(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of("CORDON_TTY", "012", "TERM", "xterm", "NO_COLOR", "1"));
        environment.putAll(more);
        var screen =
                new Screen(new PrintWriter(Writer.nullWriter()), new PrintWriter(err, true), Terminal.of(environment));
        try (var progress = new Progress(screen)) {
            progress.draw(LINES);
        }
    }
}
