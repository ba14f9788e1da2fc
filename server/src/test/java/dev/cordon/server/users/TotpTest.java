package dev.cordon.server.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TotpTest {

    /** RFC 6238, appendix B; its codes have eight digits, ours are their last six. */
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @CsvSource({"59, 287082", "1111111109, 081804", "1111111111, 050471", "1234567890, 005924", "20000000000, 353130"})
    void whenTheTimesOfTheRfcComeThenTheCodesAreItsToo(long seconds, String code) {
        assertThat(Totp.code(SECRET, Instant.ofEpochSecond(seconds))).isEqualTo(code);
    }

    @Test
    void whenACodeIsOneStepOffThenItCountsButOnlyOnceAndNoFurther() {
        var now = Instant.ofEpochSecond(1_111_111_109);
        long step = now.getEpochSecond() / 30;
        assertThat(Totp.step(SECRET, "081 804", now, 0)).hasValue(step);
        assertThat(Totp.step(SECRET, "081804", now.plusSeconds(30), 0)).hasValue(step);
        assertThat(Totp.step(SECRET, "081804", now.minusSeconds(30), 0)).hasValue(step);
        assertThat(Totp.step(SECRET, "081804", now.plusSeconds(61), 0)).isEmpty();
        assertThat(Totp.step(SECRET, "081804", now, step)).isEmpty();
        assertThat(Totp.step(SECRET, "81804", now, 0)).isEmpty();
    }

    @Test
    void whenTheSecretIsShownThenItIsBase32() {
        assertThat(Totp.base32(SECRET)).isEqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
