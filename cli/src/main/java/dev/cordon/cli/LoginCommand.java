package dev.cordon.cli;

import dev.cordon.cli.connection.Pem;
import dev.cordon.cli.connection.Profile;
import dev.cordon.cli.connection.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Finds out where the server is, whether to believe it, and as whom to call it; tries it; keeps it. */
@Command(
        name = "login",
        description = {
            "Keep a server and a way to sign in to it as a profile, which commands use from then on.",
            "",
            "As an application: --client-id with --secret-file, CORDON_CLIENT_SECRET, or typed when asked.",
            "As yourself: --client-id with --device; a browser on any computer finishes it.",
            "As a server's operator: --operator FILE."
        })
final class LoginCommand implements Callable<Integer> {

    private static final int LONGEST_SECRET = 1024;

    private final Console console;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the profile (default: default)")
    private String name = "default";

    @Option(names = "--url", paramLabel = "URL", description = "For example https://cordon.example.com:8443")
    private Optional<URI> url = Optional.empty();

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Id or domain name of the tenant")
    private Optional<String> tenant = Optional.empty();

    @Option(names = "--client-id", paramLabel = "ID", description = "The application to sign in with")
    private Optional<String> clientId = Optional.empty();

    @Option(
            names = "--secret-file",
            paramLabel = "FILE",
            description = "Holds the application's secret; - reads it from" + " standard input")
    private Optional<Path> secretFile = Optional.empty();

    @Option(names = "--device", description = "Sign in as yourself, in a browser")
    private boolean device;

    @Option(names = "--operator", paramLabel = "FILE", description = "Take all of it from a server's operator.json")
    private Optional<Path> operator = Optional.empty();

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of the authority that vouches for the server")
    private Optional<Path> ca = Optional.empty();

    @Option(
            names = "--trust-on-first-use",
            description = "Fetch the server's own authority, show its fingerprint, and trust it from now on if you say"
                    + " that it is the right one")
    private boolean firstUse;

    @Option(
            names = "--fingerprint",
            paramLabel = "SHA256",
            description = "Trust the server's own authority if it has this fingerprint, without asking")
    private Optional<String> fingerprint = Optional.empty();

    LoginCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Profile profile = operator.map(Profile::read).orElseGet(this::profile);
        Session session = console.open(profile);
        if (profile.clientSecret().isPresent()) {
            session.renewNow();
        } else {
            new DeviceLogin(console, session).run();
        }
        Path file = console.profiles().keep(name, profile);
        console.screen().say("Signed in to " + profile.url() + ". Kept as profile " + name + " in " + file + ".");
        return ExitCode.OK;
    }

    private Profile profile() {
        URI server = url.orElseThrow(() -> missing("--url"));
        String application = clientId.orElseThrow(() -> missing("--client-id"));
        String home = tenant.orElseThrow(() -> missing("--tenant"));
        Optional<String> authority = ca.map(Pem::read);
        if (authority.isEmpty() && (firstUse || fingerprint.isPresent())) {
            authority = Optional.of(new FirstUse(console).authority(server, fingerprint));
        }
        return new Profile(server, home, application, device ? Optional.empty() : Optional.of(secret()), authority);
    }

    private static IllegalArgumentException missing(String option) {
        return new IllegalArgumentException("say " + option + ", or --operator FILE; see cordon login --help");
    }

    private String secret() {
        Optional<String> given = secretFile.map(this::read).or(() -> console.variable("CORDON_CLIENT_SECRET"));
        if (given.isEmpty() && console.screen().terminal().in()) {
            given = console.readSecret("Secret of the application: ");
        }
        return given.map(String::strip)
                .filter(text -> !text.isEmpty() && text.length() <= LONGEST_SECRET)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no secret: say --secret-file FILE, set CORDON_CLIENT_SECRET, or sign in with --device"));
    }

    private String read(Path file) {
        if (file.toString().equals("-")) {
            return console.readLine().orElse("");
        }
        try {
            if (Files.size(file) > LONGEST_SECRET) {
                throw new IllegalArgumentException(file + " is too large for a secret");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
