package dev.cordon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void whenAMachinesNameHoldsEscapeCodesThenATableShowsNone() {
        var table = new Table("NAME", "STATUS");

        table.row("evil\u001b[2J\u009b31m\r\nname\u202e", "Active");

        assertThat(table.lines())
                .containsExactly("NAME                 STATUS", "evil\uFFFD[2J\uFFFD31m\uFFFD\uFFFDname\uFFFD  Active");
    }

    @Test
    void whenJsonHoldsWhatATerminalObeysThenItIsEscaped() {
        assertThat(Printable.json("{\n\"a\":\"\u009b31m\u202ex\"}")).isEqualTo("{\n\"a\":\"\\u009b31m\\u202ex\"}");
    }
}
