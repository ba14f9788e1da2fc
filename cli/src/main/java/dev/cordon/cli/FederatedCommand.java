package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.connection.Pem;
import dev.cordon.cli.output.Column;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        addMethodSubcommands = false,
        name = "federated",
        description = "Tokens of outside issuers with which an application proves who it is")
final class FederatedCommand extends Group {

    FederatedCommand(Console console) {
        super(console);
    }

    @Command(description = "Trust an issuer's tokens for one subject")
    int add(
            @Parameters(paramLabel = "APP") String app,
            @Option(names = "--name", required = true, description = "For people") String name,
            @Option(names = "--issuer", paramLabel = "URL", required = true, description = "The tokens' iss")
                    String issuer,
            @Option(names = "--subject", required = true, description = "The tokens' sub") String subject,
            @Option(names = "--audience", description = "The tokens' aud (default: api://AzureADTokenExchange)")
                    Optional<String> audience,
            @Option(names = "--jwks-uri", paramLabel = "URL", description = "Where the keys are, if not at the issuer")
                    Optional<String> jwksUri,
            @Option(names = "--authority", paramLabel = "FILE", description = "PEM of the issuer's private authority")
                    Optional<Path> authority) {
        ObjectNode body = Console.body().put("name", name).put("issuer", issuer).put("subject", subject);
        audience.ifPresent(value -> body.put("audience", value));
        jwksUri.ifPresent(value -> body.put("jwksUri", value));
        authority.ifPresent(file -> body.put("authority", Pem.read(file)));
        console.object(console.post(credentials(app), body));
        return ExitCode.OK;
    }

    @Command(description = "List the federated credentials")
    int list(@Parameters(paramLabel = "APP") String app) {
        console.list(
                console.get(credentials(app)),
                Column.of("ID", "id"),
                Column.of("NAME", "name"),
                Column.of("ISSUER", "issuer"),
                Column.of("SUBJECT", "subject"),
                Column.of("AUDIENCE", "audience"));
        return ExitCode.OK;
    }

    @Command(description = "Remove a federated credential")
    int remove(@Parameters(paramLabel = "APP") String app, @Parameters(paramLabel = "CREDENTIAL") String credential) {
        JsonNode answer = console.send("DELETE", credentials(app) + "/" + encoded(credential), "")
                .json();
        console.sentence(answer, "removed " + credential);
        return ExitCode.OK;
    }

    private static String credentials(String app) {
        return AppsCommand.path(app) + "/federated-credentials";
    }
}
