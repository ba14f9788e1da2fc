package dev.cordon.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void whenTextHoldsWhatATerminalObeysThenNoneOfItIsLeft() {
        assertThat(Printable.cell("evil\u001b[2J\u009b31m\r\nname\u202e\u2066\u200f\u2028\u061c\u200b\ud800"))
                .isEqualTo("evil\uFFFD[2J\uFFFD31m\uFFFD\uFFFDname\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    }

    @Test
    void whenTextIsInAnyLanguageThenItStays() {
        assertThat(Printable.cell("서버-1 größe 機 😀")).isEqualTo("서버-1 größe 機 😀");
    }

    @Test
    void whenJsonHoldsWhatATerminalObeysThenItIsEscaped() {
        assertThat(Printable.json("{\n\"a\":\"\u009b31m\u202ex\udb40\udc01\"}"))
                .isEqualTo("{\n\"a\":\"\\u009b31m\\u202ex\\udb40\\udc01\"}");
    }
}
