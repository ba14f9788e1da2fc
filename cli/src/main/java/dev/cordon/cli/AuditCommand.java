package dev.cordon.cli;

import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

@Command(name = "audit", description = "The tenant's audit log (needs Cordon.Administer)")
final class AuditCommand extends Group {

    AuditCommand(Console console) {
        super(console);
    }

    @Command(description = "Recompute the whole chain; status 1 if an entry was changed or removed")
    int verify() {
        JsonNode answer = console.get("/cordon/v1/audit/verification");
        console.object(answer);
        return answer.path("intact").asBoolean(false) ? ExitCode.OK : ExitCode.FAILED;
    }
}
