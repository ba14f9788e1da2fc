package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Json;
import dev.cordon.cli.output.Column;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code cordon issuers}: outside issuers at which people sign in; below it, those whose tokens the API accepts. */
@Command(
        addMethodSubcommands = false,
        name = "issuers",
        description = "Outside issuers at which people sign in (needs Cordon.Administer)")
final class IssuersCommand extends Group {

    private static final String PATH = "/cordon/v1/sign-in-issuers";

    IssuersCommand(Console console) {
        super(console);
    }

    @Command(description = "Let people sign in at an issuer; prints the redirect URI to register there")
    int add(
            @Parameters(paramLabel = "ISSUER", description = "URL, letter by letter as in its tokens") String issuer,
            @Option(names = "--name", required = true, description = "As the sign-in page shows it") String name,
            @Option(
                            names = "--client-id",
                            paramLabel = "ID",
                            required = true,
                            description = "This server at the issuer")
                    String clientId,
            @Mixin IssuerOptions options) {
        ObjectNode body =
                Console.body().put("issuer", issuer).put("displayName", name).put("clientId", clientId);
        options.write(body);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the issuers at which people sign in")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("ID", "id"),
                Column.of("NAME", "displayName"),
                Column.of("ISSUER", "issuer"),
                Column.of("ENABLED", "enabled"),
                Column.of("CREATES USERS", "createUsers"));
        return ExitCode.OK;
    }

    @Command(description = "Show one issuer, without the secret")
    int show(@Parameters(paramLabel = "ID") String id) {
        console.object(console.get(path(id)));
        return ExitCode.OK;
    }

    @Command(description = "Change what is named; an empty value takes it away")
    int change(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--name", description = "As the sign-in page shows it") Optional<String> name,
            @Option(names = "--client-id", paramLabel = "ID", description = "This server at the issuer")
                    Optional<String> clientId,
            @Option(
                            names = "--enabled",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether people can sign in there")
                    Optional<Boolean> enabled,
            @Mixin IssuerOptions options) {
        ObjectNode body = Console.body();
        name.ifPresent(value -> body.put("displayName", value));
        clientId.ifPresent(value -> body.put("clientId", value));
        enabled.ifPresent(value -> body.put("enabled", value));
        options.write(body);
        console.object(console.send("PATCH", path(id), Json.line(body)).json());
        return ExitCode.OK;
    }

    @Command(description = "Let nobody sign in at an issuer any more; who is which user is kept")
    int remove(@Parameters(paramLabel = "ID") String id) {
        console.sentence(console.send("DELETE", path(id), "").json(), "removed " + id);
        return ExitCode.OK;
    }

    @Command(description = "List who at an issuer is which user")
    int users(@Parameters(paramLabel = "ID") String id) {
        console.list(
                console.get(path(id) + "/users"),
                Column.of("USER", "userPrincipalName"),
                Column.of("SUBJECT", "subject"),
                Column.of("MADE BY ISSUER", "managed"));
        return ExitCode.OK;
    }

    @Command(description = "Say who at an issuer is a user")
    int link(
            @Parameters(paramLabel = "ID") String id,
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "SUBJECT", description = "What the id tokens carry as sub") String subject) {
        ObjectNode body = Console.body().put("user", user).put("subject", subject);
        console.object(console.post(path(id) + "/users", body));
        return ExitCode.OK;
    }

    @Command(description = "Undo a link; the user is signed out everywhere")
    int unlink(@Parameters(paramLabel = "ID") String id, @Parameters(paramLabel = "USER") String user) {
        console.sentence(
                console.send("DELETE", path(id) + "/users/" + encoded(user), "").json(), "unlinked " + user);
        return ExitCode.OK;
    }

    private static String path(String id) {
        return PATH + "/" + encoded(id);
    }
}
