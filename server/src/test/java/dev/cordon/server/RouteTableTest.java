package dev.cordon.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.server.web.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the tables of {@code docs/reference/http-api-overview.md} against the routes that a server has. */
final class RouteTableTest {

    private static final Path PAGE = Path.of("..", "docs", "reference", "http-api-overview.md");
    private static final Pattern ROW = Pattern.compile("\\| `[A-Z]+ /.*");

    @TempDir
    private Path folder;

    @Test
    void whenARouteIsServedThenThePageListsItWithItsPermissionAndNoOther() throws IOException {
        try (var server = new LiveServer(folder.resolve("data"))) {
            var rows =
                    server.routes().stream().map(RouteTableTest::row).sorted().toList();
            assertThat(listed())
                    .as("The page should hold:%n%s", String.join("\n", rows))
                    .isEqualTo(rows);
        }
    }

    private static List<String> listed() throws IOException {
        return Files.readAllLines(PAGE).stream()
                .filter(line -> ROW.matcher(line).matches())
                .sorted()
                .toList();
    }

    private static String row(Route route) {
        var base = switch (route.face()) {
            case DEFENDER -> "/api";
            case PREVIEW -> Route.PREVIEW_BASE;
            case CORDON, OBJECTS, TOKEN_SERVICE, CONSOLE -> "";
        };
        return "| `" + route.method() + " " + base + route.path() + "` | " + permission(route.access()) + " |";
    }

    private static String permission(Route.Access access) {
        return switch (access) {
            case Route.Access.Open open -> "none";
            case Route.Access.AnyOf(var names) -> either(names);
            case Route.Access.ByObject(var names) -> "that of the object: " + either(names);
        };
    }

    private static String either(List<String> names) {
        return names.stream().sorted().map(name -> "`" + name + "`").collect(Collectors.joining(" or "));
    }
}
