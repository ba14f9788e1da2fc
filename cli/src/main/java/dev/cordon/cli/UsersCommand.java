package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Json;
import dev.cordon.cli.output.Column;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code cordon users}. A user is named by id or user principal name. */
@Command(
        addMethodSubcommands = false,
        name = "users",
        description = "Users of the tenant and their roles (needs Cordon.Administer)")
final class UsersCommand extends Group {

    private static final String PATH = "/cordon/v1/users";

    UsersCommand(Console console) {
        super(console);
    }

    @Command(description = "Make a user; prints a one-time link with which the user chooses a password")
    int create(
            @Parameters(paramLabel = "NAME", description = "For example ada@example.com") String name,
            @Option(names = "--display-name", paramLabel = "TEXT") Optional<String> displayName,
            @Option(names = "--given-name", paramLabel = "TEXT") Optional<String> givenName,
            @Option(names = "--family-name", paramLabel = "TEXT") Optional<String> familyName,
            @Option(names = "--role", paramLabel = "ROLE", split = ",") List<String> roles,
            @Option(names = "--second-factor", description = "A password alone does not do") boolean secondFactor) {
        ObjectNode body = Console.body().put("userPrincipalName", name).put("secondFactorRequired", secondFactor);
        displayName.ifPresent(text -> body.put("displayName", text));
        givenName.ifPresent(text -> body.put("givenName", text));
        familyName.ifPresent(text -> body.put("familyName", text));
        withRoles(body, roles == null ? List.of() : roles);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the users")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("NAME", "userPrincipalName"),
                Column.of("DISPLAY NAME", "displayName"),
                Column.of("ENABLED", "enabled"),
                Column.of("ROLES", "roles"));
        return ExitCode.OK;
    }

    @Command(description = "Show one user")
    int show(@Parameters(paramLabel = "USER") String user) {
        console.object(console.get(path(user)));
        return ExitCode.OK;
    }

    @Command(description = "Give a user exactly these roles; none takes all away")
    int roles(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "ROLE", index = "1..*", arity = "0..*") List<String> roles) {
        ObjectNode body = Console.body();
        withRoles(body, roles == null ? List.of() : roles);
        return patch(user, body);
    }

    @Command(
            name = "directory-roles",
            description = "Give a user exactly these of GlobalAdministrator, SecurityAdministrator, SecurityReader")
    int directoryRoles(
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "ROLE", index = "1..*", arity = "0..*") List<String> roles) {
        ObjectNode body = Console.body();
        var words = body.putArray("directoryRoles");
        if (roles != null) {
            roles.forEach(words::add);
        }
        return patch(user, body);
    }

    @Command(description = "Make another link with which the user chooses a password")
    int invite(@Parameters(paramLabel = "USER") String user) {
        console.object(console.post(path(user) + "/invitation", Console.body()));
        return ExitCode.OK;
    }

    @Command(name = "sign-out", description = "End all sessions of a user and make all the user's tokens void")
    int signOut(@Parameters(paramLabel = "USER") String user) {
        console.sentence(console.send("POST", path(user) + "/sign-out", "").json(), "signed out " + user);
        return ExitCode.OK;
    }

    @Command(description = "Disable a user, who is signed out everywhere")
    int disable(@Parameters(paramLabel = "USER") String user) {
        return patch(user, Console.body().put("enabled", false));
    }

    @Command(description = "Enable a user again")
    int enable(@Parameters(paramLabel = "USER") String user) {
        return patch(user, Console.body().put("enabled", true));
    }

    private int patch(String user, ObjectNode body) {
        console.object(console.send("PATCH", path(user), Json.line(body)).json());
        return ExitCode.OK;
    }

    private static void withRoles(ObjectNode body, List<String> roles) {
        roles.forEach(body.putArray("roles")::add);
    }

    private static String path(String user) {
        return PATH + "/" + encoded(user);
    }
}
