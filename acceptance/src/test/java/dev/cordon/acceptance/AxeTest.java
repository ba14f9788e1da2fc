package dev.cordon.acceptance;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A check that finds nothing must be one that can find something. */
class AxeTest {

    @Test
    void whenOnlyTheDarkThemeIsHardToReadThenAxeSaysSo() {
        try (var chromium = Chromium.start();
                var page = chromium.profile()) {
            page.setContent("""
                    <html lang="en"><head><title>Pale</title><style>
                    p { background: white; color: black }
                    @media (prefers-color-scheme: dark) { p { background: black; color: #333 } }
                    </style></head><body><main><h1>Pale</h1><p>Text</p></main></body></html>
                    """);
            assertThatThrownBy(() -> Axe.assertNoBarriers(page, "a page"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("DARK")
                    .hasMessageContaining("color-contrast");
        }
    }
}
