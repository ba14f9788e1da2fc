package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Json;
import dev.cordon.cli.output.Column;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        addMethodSubcommands = false,
        name = "apps",
        description = "Applications of the tenant, their permissions and secrets (needs Cordon.Administer)")
final class AppsCommand extends Group {

    private static final String PATH = "/cordon/v1/applications";

    AppsCommand(Console console) {
        super(console);
    }

    @Command(description = "Register an application")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--grant",
                            paramLabel = "PERMISSION",
                            split = ",",
                            description = "For example Machine.Isolate")
                    List<String> permissions) {
        ObjectNode body = Console.body().put("displayName", name);
        withPermissions(body, permissions == null ? List.of() : permissions);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the applications")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("ID", "id"),
                Column.of("NAME", "displayName"),
                Column.of("ENABLED", "enabled"),
                Column.of("PERMISSIONS", "permissions"));
        return ExitCode.OK;
    }

    @Command(description = "Show one application")
    int show(@Parameters(paramLabel = "ID") String id) {
        console.object(console.get(path(id)));
        return ExitCode.OK;
    }

    @Command(description = "Give an application more permissions")
    int grant(
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "PERMISSION", arity = "1..*") List<String> permissions) {
        Set<String> all = permissions(id);
        all.addAll(permissions);
        return allow(id, all);
    }

    @Command(description = "Take permissions away from an application; its next token lacks them")
    int revoke(
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "PERMISSION", arity = "1..*") List<String> permissions) {
        Set<String> left = permissions(id);
        for (String permission : permissions) {
            if (!left.removeIf(permission::equalsIgnoreCase)) {
                throw new IllegalArgumentException("The application does not have " + permission
                        + "; 'cordon apps show " + id + "' lists what it has.");
            }
        }
        return allow(id, left);
    }

    private Set<String> permissions(String id) {
        Set<String> all = new LinkedHashSet<>();
        console.get(path(id)).path("permissions").forEach(permission -> all.add(permission.asString()));
        return all;
    }

    private int allow(String id, Set<String> permissions) {
        ObjectNode body = Console.body();
        withPermissions(body, new ArrayList<>(permissions));
        console.object(console.send("PATCH", path(id), Json.line(body)).json());
        return ExitCode.OK;
    }

    @Command(description = "Disable an application: it gets no more tokens")
    int disable(@Parameters(paramLabel = "ID") String id) {
        return enable(id, false);
    }

    @Command(description = "Enable an application again")
    int enable(@Parameters(paramLabel = "ID") String id) {
        return enable(id, true);
    }

    private int enable(String id, boolean enabled) {
        console.object(console.send("PATCH", path(id), Json.line(Console.body().put("enabled", enabled)))
                .json());
        return ExitCode.OK;
    }

    private static void withPermissions(ObjectNode body, List<String> permissions) {
        permissions.forEach(body.putArray("permissions")::add);
    }

    static String path(String id) {
        return PATH + "/" + encoded(id);
    }

    @Command(addMethodSubcommands = false, name = "secret", description = "Secrets of an application")
    static final class SecretCommand extends Group {

        SecretCommand(Console console) {
            super(console);
        }

        @Command(description = "Make a secret; it is shown once")
        int add(
                @Parameters(paramLabel = "APP") String app,
                @Option(names = "--days", paramLabel = "N", description = "Life time in days") Optional<Integer> days,
                @Option(
                                names = "--from",
                                paramLabel = "TIME",
                                description = "When it starts to hold, for example 2026-01-31T12:00:00Z (default: now)")
                        Optional<String> from) {
            ObjectNode body = Console.body();
            days.ifPresent(value -> body.put("lifetimeDays", value));
            from.ifPresent(value -> body.put("startsAt", value));
            console.object(console.post(secrets(app), body));
            return ExitCode.OK;
        }

        @Command(description = "List the secrets, without the secrets themselves")
        int list(@Parameters(paramLabel = "APP") String app) {
            console.list(
                    console.get(secrets(app)),
                    Column.of("ID", "id"),
                    Column.of("HINT", "hint"),
                    Column.of("STARTS", "startsAt"),
                    Column.of("EXPIRES", "expiresAt"));
            return ExitCode.OK;
        }

        @Command(description = "Remove a secret: it opens nothing from now on")
        int remove(@Parameters(paramLabel = "APP") String app, @Parameters(paramLabel = "SECRET") String secret) {
            JsonNode answer = console.send("DELETE", secrets(app) + "/" + encoded(secret), "")
                    .json();
            console.sentence(answer, "removed " + secret);
            return ExitCode.OK;
        }

        private static String secrets(String app) {
            return path(app) + "/secrets";
        }
    }
}
