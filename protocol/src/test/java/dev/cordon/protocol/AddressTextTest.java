package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "198.51.100.7, 198.51.100.7",
        "2001:0DB8:0:0:0:0:0:4, 2001:db8::4",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "fe80:0:0:0:1:2:3:0, fe80::1:2:3:0",
        "2001:db8:1:2:3:4:0:0, 2001:db8:1:2:3:4::"
    })
    void whenAnAddressHasManySpellingsThenOneIsUsed(String spelling, String usual) {
        assertThat(AddressText.of(spelling)).isEqualTo(usual);
        assertThat(AddressText.of(usual)).isEqualTo(usual);
    }

    @Test
    void whenTheTextIsNoAddressThenItIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> AddressText.of("lab-1.example.test"));
    }
}
