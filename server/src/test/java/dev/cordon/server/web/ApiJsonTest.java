package dev.cordon.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ApiJsonTest {

    @ParameterizedTest
    @CsvSource({
        "2024-03-05T10:15:30Z, 2024-03-05T10:15:30Z",
        "2024-03-05T10:15:30.120Z, 2024-03-05T10:15:30.12Z",
        "2024-03-05T10:15:30.000001Z, 2024-03-05T10:15:30.000001Z",
        "2024-03-05T10:15:30.123456789Z, 2024-03-05T10:15:30.1234567Z",
        "2024-03-05T00:00:00.100Z, 2024-03-05T00:00:00.1Z",
    })
    void whenAnInstantIsWrittenThenItHasNoMoreDigitsThanNeeded(String instant, String text) {
        assertThat(ApiJson.instant(Instant.parse(instant))).isEqualTo(text);
    }
}
