package dev.cordon.cli;

import dev.cordon.cli.connection.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** What can be said of an issuer at which people sign in. Only what is said goes to the server. */
final class IssuerOptions {

    @Option(
            names = "--client-secret-file",
            paramLabel = "FILE",
            description = "Holds this server's secret at the issuer; without one it is a public client")
    private Optional<Path> secret = Optional.empty();

    @Option(names = "--jwks-uri", paramLabel = "URL", description = "Where the keys are, if not at the issuer")
    private Optional<String> jwksUri = Optional.empty();

    @Option(
            names = "--token-endpoint",
            paramLabel = "URL",
            description = "Where codes are redeemed, if not there either")
    private Optional<String> tokenEndpoint = Optional.empty();

    @Option(names = "--authority", paramLabel = "FILE", description = "PEM of the issuer's private authority")
    private Optional<Path> authority = Optional.empty();

    @Option(names = "--scope", split = ",", description = "Asked for beside openid (default: profile,email)")
    private @Nullable List<String> scopes;

    @Option(
            names = "--second-factor-amr",
            paramLabel = "WORD",
            split = ",",
            description = "Words in amr that count as a second factor (default: none)")
    private @Nullable List<String> amr;

    @Option(
            names = "--second-factor-acr",
            paramLabel = "VALUE",
            split = ",",
            description = "Values of acr that count as a second factor (default: none)")
    private @Nullable List<String> acr;

    @Option(
            names = "--link-claim",
            paramLabel = "CLAIM",
            description = "Whoever comes for the first time is the user whose name this claim holds")
    private Optional<String> linkClaim = Optional.empty();

    @Option(
            names = "--create-users",
            arity = "1",
            paramLabel = "true|false",
            description = "Whether strangers with a role become users")
    private Optional<Boolean> createUsers = Optional.empty();

    @Option(
            names = "--name-claim",
            paramLabel = "CLAIM",
            description = "The name of users that are made (default: preferred_username)")
    private Optional<String> nameClaim = Optional.empty();

    @Option(
            names = "--roles-claim",
            paramLabel = "CLAIM",
            description = "The roles of users that are made, for example realm_access.roles (default: roles)")
    private Optional<String> rolesClaim = Optional.empty();

    @Option(names = "--map", paramLabel = "VALUE=ROLE", description = "A value of that claim gives a role here")
    private @Nullable List<String> mapped;

    @Option(names = "--default-role", paramLabel = "ROLE", split = ",", description = "Of all users that are made")
    private @Nullable List<String> defaultRoles;

    void write(ObjectNode body) {
        secret.ifPresent(file -> body.put("clientSecret", read(file)));
        jwksUri.ifPresent(value -> body.put("jwksUri", value));
        tokenEndpoint.ifPresent(value -> body.put("tokenEndpoint", value));
        authority.ifPresent(file -> body.put("authority", Pem.read(file)));
        words(body, "scopes", scopes);
        words(body, "secondFactorAmr", amr);
        words(body, "secondFactorAcr", acr);
        linkClaim.ifPresent(value -> body.put("linkClaim", value));
        createUsers.ifPresent(value -> body.put("createUsers", value));
        nameClaim.ifPresent(value -> body.put("nameClaim", value));
        rolesClaim.ifPresent(value -> body.put("rolesClaim", value));
        if (mapped != null) {
            var array = body.putArray("roles");
            grouped(mapped)
                    .forEach((value, roles) ->
                            roles.forEach(array.addObject().put("value", value).putArray("roles")::add));
        }
        words(body, "defaultRoles", defaultRoles);
    }

    /** Pairs of the form VALUE=WORD, the words of each value together. */
    static Map<String, List<String>> grouped(List<String> pairs) {
        var groups = new TreeMap<String, List<String>>();
        for (String pair : pairs) {
            int equals = pair.lastIndexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + pair + "' must have the form VALUE=ROLE");
            }
            groups.computeIfAbsent(pair.substring(0, equals), _ -> new ArrayList<>())
                    .add(pair.substring(equals + 1));
        }
        return groups;
    }

    static void words(ObjectNode body, String name, @Nullable List<String> words) {
        if (words != null) {
            words.stream().filter(word -> !word.isEmpty()).forEach(body.putArray(name)::add);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the secret in " + file + ": " + e.getMessage(), e);
        }
    }
}
