package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class BreakGlassCodeTest {

    @Test
    void whenACodeIsTypedAsItWasShownOrSloppilyThenItIsTheSameCode() {
        var code = BreakGlassCode.make(new SecureRandom());
        assertThat(BreakGlassCode.parse(code.shown())).isEqualTo(code);
        assertThat(BreakGlassCode.parse(" " + code.shown().toLowerCase(java.util.Locale.ROOT) + "\n"))
                .isEqualTo(code);
        assertThat(code.shown()).matches("[A-Z2-7]{5}(-[A-Z2-7]{5}){3}");
    }

    @Test
    void whenACodeIsHashedThenItsTwentyCharactersAre() {
        assertThat(HexFormat.of()
                        .formatHex(
                                BreakGlassCode.parse("abcde-fghij-klmno-pqrst").hash()))
                .isEqualTo("40800c4dc7925aa3ce2bd450f0b46efe056dbf5f4a83844555a43564b680a8ae");
    }

    @Test
    void whenItIsNoCodeThenItIsRefusedAndNothingOfItIsShown() {
        assertThatThrownBy(() -> BreakGlassCode.parse("ABCDE-FGHIJ-KLMNO-PQRS1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("ABCDE");
        assertThat(BreakGlassCode.parse("ABCDEFGHIJKLMNOPQRST").toString()).doesNotContain("ABCDE");
    }
}
