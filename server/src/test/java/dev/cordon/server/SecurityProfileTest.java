package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the pages that say which test holds what against the tests of all modules. */
final class SecurityProfileTest {

    private static final Path FOLDER = Path.of("..", "docs", "reference");
    private static final Path PAGE = FOLDER.resolve("security-profile.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(when\\w+)`");

    @ParameterizedTest
    @ValueSource(strings = {"security-profile.md", "token-contract.md", "api-clients.md"})
    void whenThePageNamesATestThenItIsThere(String page) throws IOException {
        var sources = sources();
        var named =
                TEST.matcher(Files.readString(FOLDER.resolve(page))).results().toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                        .as(test.group())
                        .contains("void " + test.group(2) + "("));
    }

    @Test
    void whenTheHabitsOfClientsAreReadThenEveryRowNamesATest() throws IOException {
        var rows = Files.readAllLines(FOLDER.resolve("api-clients.md")).stream()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.matches("\\| (---|habit|library|expectation) .*"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(38);
        assertThat(rows)
                .filteredOn(row -> !TEST.matcher(row).find())
                .singleElement()
                .asString()
                .contains("a private authority");
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
        for (var module : List.of("server", "fleet", "acceptance")) {
            tests(Path.of("..", module, "src", "test", "java"))
                    .forEach(file -> sources.merge(
                            file.getFileName().toString().replace(".java", ""), read(file), String::concat));
        }
        return sources;
    }

    private static List<Path> tests(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith("Test.java"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
