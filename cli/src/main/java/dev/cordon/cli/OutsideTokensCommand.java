package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Pem;
import dev.cordon.cli.output.Column;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

@Command(addMethodSubcommands = false, name = "tokens", description = "Outside issuers whose tokens the API accepts")
final class OutsideTokensCommand extends Group {

    private static final String PATH = "/cordon/v1/outside-issuers";

    OutsideTokensCommand(Console console) {
        super(console);
    }

    @Command(description = "Accept an issuer's tokens for one audience")
    int add(
            @Parameters(paramLabel = "ISSUER", description = "The tokens' iss") String issuer,
            @Option(names = "--audience", required = true, description = "The tokens' aud") String audience,
            @Option(names = "--jwks-uri", paramLabel = "URL", description = "Where the keys are, if not at the issuer")
                    Optional<String> jwksUri,
            @Option(names = "--authority", paramLabel = "FILE", description = "PEM of the issuer's private authority")
                    Optional<Path> authority,
            @Option(names = "--roles-claim", paramLabel = "CLAIM", description = "Default: roles")
                    Optional<String> rolesClaim,
            @Option(
                            names = "--scopes-claim",
                            paramLabel = "CLAIM",
                            description = "A token that has it is a user's (default: no token is)")
                    Optional<String> scopesClaim,
            @Option(
                            names = "--role",
                            paramLabel = "VALUE=PERMISSION",
                            description =
                                    "What a role allows an application (default: one named as a permission, that)")
                    @Nullable List<String> roles,
            @Option(
                            names = "--delegated",
                            paramLabel = "VALUE=PERMISSION",
                            description = "What a scope allows in a user's name (default: likewise)")
                    @Nullable List<String> scopes,
            @Option(
                            names = "--portal-role",
                            paramLabel = "VALUE=PERMISSION",
                            description = "What a role allows a user, on all machines, for example soc=ViewData")
                    @Nullable List<String> portalRoles) {
        ObjectNode body = Console.body().put("issuer", issuer).put("audience", audience);
        jwksUri.ifPresent(value -> body.put("jwksUri", value));
        authority.ifPresent(file -> body.put("authority", Pem.read(file)));
        rolesClaim.ifPresent(value -> body.put("rolesClaim", value));
        scopesClaim.ifPresent(value -> body.put("scopesClaim", value));
        grants(body, "roles", roles);
        grants(body, "scopes", scopes);
        grants(body, "portalRoles", portalRoles);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the issuers whose tokens the API accepts")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("ID", "id"),
                Column.of("ISSUER", "issuer"),
                Column.of("AUDIENCE", "audience"),
                Column.of("USERS BY", "scopesClaim"));
        return ExitCode.OK;
    }

    @Command(description = "Accept an issuer's tokens no longer")
    int remove(@Parameters(paramLabel = "ID") String id) {
        console.sentence(console.send("DELETE", PATH + "/" + encoded(id), "").json(), "removed " + id);
        return ExitCode.OK;
    }

    private static void grants(ObjectNode body, String name, @Nullable List<String> pairs) {
        if (pairs != null) {
            var array = body.putArray(name);
            IssuerOptions.grouped(pairs)
                    .forEach((value, permissions) -> permissions.forEach(
                            array.addObject().put("value", value).putArray("permissions")::add));
        }
    }
}
