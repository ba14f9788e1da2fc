package dev.cordon.cli;

import static dev.cordon.cli.Console.cell;
import static dev.cordon.cli.Console.encoded;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "actions", description = "Machine actions of the tenant")
final class ActionsCommand extends Group {

    private static final String PATH = "/api/machineactions";

    ActionsCommand(Console console) {
        super(console);
    }

    @Command(description = "List actions, newest first")
    int list(
            @Option(names = "--filter", paramLabel = "ODATA", description = "For example: status eq 'Pending'")
                    Optional<String> filter) {
        console.list(
                console.get(
                        PATH + filter.map(text -> "?$filter=" + encoded(text)).orElse("")),
                List.of("ID", "TYPE", "STATUS", "MACHINE", "CREATED", "REQUESTOR", "COMMENT"),
                action -> List.of(
                        cell(action, "id"),
                        cell(action, "type"),
                        cell(action, "status"),
                        cell(action, "computerDnsName"),
                        cell(action, "creationDateTimeUtc"),
                        cell(action, "requestor"),
                        cell(action, "requestorComment")));
        return ExitCode.OK;
    }

    @Command(description = "Show one action")
    int show(@Parameters(paramLabel = "ID") String id) {
        console.object(console.get(PATH + "/" + encoded(id)));
        return ExitCode.OK;
    }

    @Command(description = "Cancel an action; one that was delivered is cancelled only if the machine says so")
    int cancel(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--comment", required = true, description = "Why") String comment) {
        console.object(console.post(
                PATH + "/" + encoded(id) + "/cancel", Console.body().put("Comment", comment)));
        return ExitCode.OK;
    }
}
