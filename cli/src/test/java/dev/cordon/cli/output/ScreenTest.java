package dev.cordon.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.cli.connection.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ScreenTest {

    private static final Column[] COLUMNS = {
        Column.of("NAME", "name"),
        Column.status("STATUS", "status"),
        Column.of("COMMENT", "comment"),
        Column.of("ID", "id").ifRoom()
    };

    private final StringWriter out = new StringWriter();

    @Test
    void whenThereIsRoomThenNothingIsCut() {
        list(terminal(60), """
                {"value":[{"name":"web-1","status":"Active","comment":"first","id":"0123456789"}]}""");

        assertThat(out.toString()).isEqualTo("""
                NAME   STATUS  COMMENT  ID
                web-1  Active  first    0123456789
                """);
    }

    @Test
    void whenTheTerminalIsNarrowThenSpareColumnsGoFirstAndTheLongestTextIsCut() {
        list(terminal(34), """
                {"value":[{"name":"web-1","status":"Active","comment":"a very long story indeed","id":"0123456789"}]}""");

        assertThat(out.toString()).isEqualTo("""
                NAME   STATUS  COMMENT
                web-1  Active  a very long story …
                """);
    }

    @Test
    void whenAnswersGoToAFileThenNothingIsCutAndNothingIsColoured() {
        list(Terminal.of(Map.of("CORDON_TTY", "02", "COLUMNS", "20", "TERM", "xterm")), """
                {"value":[{"name":"web-1","status":"Active","comment":"a very long story indeed","id":"0123456789"}]}""");

        assertThat(out.toString())
                .contains("a very long story indeed  0123456789")
                .doesNotContain("\u001b");
    }

    @Test
    void whenNamesAreWideThenColumnsStayAligned() {
        list(terminal(60), """
                {"value":[{"name":"서버","status":"Active","comment":"x","id":"1"},
                          {"name":"ab","status":"Active","comment":"y","id":"2"}]}""");

        assertThat(out.toString()).isEqualTo("""
                NAME  STATUS  COMMENT  ID
                서버  Active  x        1
                ab    Active  y        2
                """);
    }

    @Test
    void whenATerminalHasColoursThenAStatusHasOneUnlessTheyAreNotWanted() {
        String answer = """
                {"value":[{"name":"web-1","status":"Failed","comment":"x","id":"1"}]}""";

        list(Terminal.of(Map.of("CORDON_TTY", "012", "TERM", "xterm")), answer);
        assertThat(out.toString()).contains("\u001b[31mFailed\u001b[0m");

        out.getBuffer().setLength(0);
        list(Terminal.of(Map.of("CORDON_TTY", "012", "TERM", "xterm", "NO_COLOR", "1")), answer);
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void whenColoursAreAskedForThenAlsoAPagerGetsThemAndNeverMeansNever() {
        JsonNode answer = json("""
                {"value":[{"name":"web-1","status":"Failed","comment":"x","id":"1"}]}""");

        Screen piped = screen(Terminal.of(Map.of("CORDON_TTY", "02", "TERM", "xterm")));
        piped.colours(ColourChoice.always);
        piped.list(answer, COLUMNS);
        assertThat(out.toString()).contains("\u001b[31mFailed\u001b[0m");

        out.getBuffer().setLength(0);
        Screen shown = screen(Terminal.of(Map.of("CORDON_TTY", "012", "TERM", "xterm")));
        shown.colours(ColourChoice.never);
        shown.list(answer, COLUMNS);
        assertThat(out.toString()).contains("Failed").doesNotContain("\u001b");
    }

    @Test
    void whenCsvHoldsAFormulaOrASeparatorThenItIsDisarmedAndQuoted() {
        Screen screen = screen(terminal(80));
        screen.format(Format.csv);
        screen.list(json("""
                {"value":[{"name":"=HYPERLINK(1)","status":"a,b","comment":"say \\"hi\\"\\nagain","id":"-12"}]}"""), COLUMNS);

        assertThat(out.toString())
                .isEqualTo("name,status,comment,id\r\n'=HYPERLINK(1),\"a,b\",\"say \"\"hi\"\"\uFFFDagain\",-12\r\n");
    }

    @Test
    void whenYamlHoldsWordsThatMeanSomethingElseThenTheyAreQuoted() {
        Screen screen = screen(terminal(80));
        screen.format(Format.yaml);
        screen.object(json("""
                {"no":"yes","a b":[],"list":[[1,2],{"x":null,"y":{"z":true}}],"text":"1: # \\u001b"}"""));

        assertThat(out.toString()).isEqualTo("""
                "no": "yes"
                "a b": []
                list:
                  - - 1
                    - 2
                  - x: null
                    "y":
                      z: true
                text: "1: # \\u001B"
                """);
    }

    private void list(Terminal terminal, String answer) {
        screen(terminal).list(json(answer), COLUMNS);
    }

    private Screen screen(Terminal terminal) {
        return new Screen(new PrintWriter(out, true), new PrintWriter(new StringWriter()), terminal);
    }

    private static Terminal terminal(int columns) {
        return Terminal.of(new HashMap<>(
                Map.of("CORDON_TTY", "012", "COLUMNS", String.valueOf(columns), "NO_COLOR", "1", "TERM", "xterm")));
    }

    private static JsonNode json(String text) {
        return Json.read(text);
    }
}
