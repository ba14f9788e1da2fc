package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(addMethodSubcommands = false, name = "enroll", description = "Let machines in (needs Cordon.Administer)")
final class EnrollCommand extends Group {

    EnrollCommand(Console console) {
        super(console);
    }

    @Command(addMethodSubcommands = false, name = "token", description = "Enrollment tokens")
    static final class TokenCommand extends Group {

        private static final String PATH = "/cordon/v1/enrollment-tokens";

        TokenCommand(Console console) {
            super(console);
        }

        @Command(description = "Make an enrollment token; it is shown once")
        int create(
                @Option(names = "--description", defaultValue = "", description = "What it is for") String description,
                @Option(names = "--uses", paramLabel = "N", description = "How many machines may use it")
                        Optional<Integer> uses,
                @Option(names = "--minutes", paramLabel = "N", description = "How long it may be used")
                        Optional<Integer> minutes) {
            ObjectNode body = Console.body().put("description", description);
            uses.ifPresent(value -> body.put("maxUses", value));
            minutes.ifPresent(value -> body.put("lifetimeMinutes", value));
            console.object(console.post(PATH, body));
            return ExitCode.OK;
        }

        @Command(description = "List enrollment tokens, without the tokens themselves")
        int list() {
            console.list(
                    console.get(PATH),
                    Column.of("ID", "id"),
                    Column.of("DESCRIPTION", "description"),
                    Column.status("STATE", "state"),
                    Column.of("USES", "uses"),
                    Column.of("OF", "maxUses"),
                    Column.of("EXPIRES", "expiresAt"));
            return ExitCode.OK;
        }

        @Command(description = "Revoke an enrollment token: no machine gets in with it any more")
        int revoke(@Parameters(paramLabel = "ID") String id) {
            JsonNode answer =
                    console.send("DELETE", PATH + "/" + encoded(id), "").json();
            console.sentence(answer, "revoked " + id);
            return ExitCode.OK;
        }
    }
}
