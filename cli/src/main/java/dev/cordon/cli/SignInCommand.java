package dev.cordon.cli;

import static dev.cordon.cli.AppsCommand.path;

import dev.cordon.cli.connection.Json;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code cordon apps sign-in}: how users sign in to an application. */
@Command(addMethodSubcommands = false, name = "sign-in", description = "How users sign in to an application")
final class SignInCommand extends Group {

    SignInCommand(Console console) {
        super(console);
    }

    @Command(description = "Show it")
    int show(@Parameters(paramLabel = "APP") String app) {
        console.object(console.get(signIn(app)));
        return ExitCode.OK;
    }

    @Command(description = "Set all of it anew")
    int set(
            @Parameters(paramLabel = "APP") String app,
            @Option(names = "--public", description = "It can keep no secret") boolean publicClient,
            @Option(names = "--password-grant", description = "It may take users' passwords itself; risky")
                    boolean passwordGrant,
            @Option(names = "--id-tokens", description = "It may take id tokens from the browser") boolean idTokens,
            @Option(names = "--expose-api", description = "It has an API of its own; others get tokens for it")
                    boolean exposesApi,
            @Option(names = "--redirect-uri", paramLabel = "URI") List<String> redirectUris,
            @Option(
                            names = "--spa-redirect-uri",
                            paramLabel = "URI",
                            description = "Of a page that redeems codes in the browser")
                    List<String> spaRedirectUris,
            @Option(
                            names = "--logout-uri",
                            paramLabel = "URI",
                            description = "Where it is told, in a hidden frame, that a user has signed out")
                    Optional<String> logoutUri,
            @Option(
                            names = "--permission",
                            paramLabel = "PERMISSION",
                            split = ",",
                            description = "Delegated, for example Machine.Read, or api://ID/access_as_user")
                    List<String> permissions) {
        ObjectNode body = Console.body()
                .put("publicClient", publicClient)
                .put("passwordGrant", passwordGrant)
                .put("idTokens", idTokens)
                .put("exposesApi", exposesApi);
        logoutUri.ifPresent(uri -> body.put("frontChannelLogoutUri", uri));
        (redirectUris == null ? List.<String>of() : redirectUris).forEach(body.putArray("redirectUris")::add);
        (spaRedirectUris == null ? List.<String>of() : spaRedirectUris).forEach(body.putArray("spaRedirectUris")::add);
        (permissions == null ? List.<String>of() : permissions).forEach(body.putArray("delegatedPermissions")::add);
        console.object(console.send("PUT", signIn(app), Json.line(body)).json());
        return ExitCode.OK;
    }

    @Command(description = "Consent to its delegated permissions for everybody in the tenant")
    int consent(@Parameters(paramLabel = "APP") String app) {
        console.object(console.post(signIn(app) + "/consent", Console.body()));
        return ExitCode.OK;
    }

    private static String signIn(String app) {
        return path(app) + "/sign-in";
    }
}
