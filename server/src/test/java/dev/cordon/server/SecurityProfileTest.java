package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/reference/security-profile.md} against the tests that it names. */
final class SecurityProfileTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "security-profile.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(when\\w+)`");

    @Test
    void whenThePageNamesATestThenItIsThere() throws IOException {
        var sources = sources();
        var named = TEST.matcher(Files.readString(PAGE)).results().toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                        .as(test.group())
                        .contains("void " + test.group(2) + "("));
    }

    @Test
    void whenThePageIsReadThenEveryRowHasItsFourCellsAndWhatIsMetSaysSo() throws IOException {
        var rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.matches("\\| \\d.*"))
                .map(line -> line.split("\\|", -1))
                .toList();
        assertThat(rows).hasSizeGreaterThan(30).allMatch(row -> row.length == 6);
        assertThat(rows)
                .filteredOn(row -> row[4].contains("Test."))
                .allMatch(row -> row[3].matches(" (met|in part|\\*\\*not met).* "));
    }

    private static Map<String, String> sources() {
        var sources = new HashMap<String, String>();
        try (var files = Files.walk(Path.of("src", "test", "java"))) {
            files.filter(file -> file.getFileName().toString().endsWith("Test.java"))
                    .forEach(file -> sources.put(file.getFileName().toString().replace(".java", ""), read(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
