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
        name = "certificate",
        description = "Certificates with which an application proves who it is")
final class CertificateCommand extends Group {

    CertificateCommand(Console console) {
        super(console);
    }

    @Command(description = "Register a certificate")
    int add(
            @Parameters(paramLabel = "APP") String app,
            @Parameters(paramLabel = "FILE", description = "The certificate in PEM, without its key") Path file,
            @Option(
                            names = "--from",
                            paramLabel = "TIME",
                            description = "When it starts to hold (default: its own start)")
                    Optional<String> from,
            @Option(names = "--until", paramLabel = "TIME", description = "When it ends (default: its own end)")
                    Optional<String> until,
            @Option(names = "--single-use", description = "Accept each assertion once only") boolean singleUse) {
        ObjectNode body = Console.body().put("certificate", Pem.read(file));
        from.ifPresent(value -> body.put("startsAt", value));
        until.ifPresent(value -> body.put("expiresAt", value));
        if (singleUse) {
            body.put("singleUseAssertions", true);
        }
        console.object(console.post(certificates(app), body));
        return ExitCode.OK;
    }

    @Command(description = "List the certificates")
    int list(@Parameters(paramLabel = "APP") String app) {
        console.list(
                console.get(certificates(app)),
                Column.of("ID", "id"),
                Column.of("SUBJECT", "subject"),
                Column.of("THUMBPRINT", "thumbprint"),
                Column.of("STARTS", "startsAt"),
                Column.of("EXPIRES", "expiresAt"));
        return ExitCode.OK;
    }

    @Command(description = "Remove a certificate: its key opens nothing from now on")
    int remove(@Parameters(paramLabel = "APP") String app, @Parameters(paramLabel = "CERTIFICATE") String certificate) {
        JsonNode answer = console.send("DELETE", certificates(app) + "/" + encoded(certificate), "")
                .json();
        console.sentence(answer, "removed " + certificate);
        return ExitCode.OK;
    }

    private static String certificates(String app) {
        return AppsCommand.path(app) + "/certificates";
    }
}
