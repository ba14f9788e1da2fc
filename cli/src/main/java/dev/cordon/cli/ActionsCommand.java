package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import dev.cordon.cli.output.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        addMethodSubcommands = false,
        name = "actions",
        description = "Machine actions of the tenant (needs Machine.Read.All); alone, lists them")
final class ActionsCommand extends Group {

    private static final String PATH = "/api/machineactions";

    private static final Column[] COLUMNS = {
        Column.of("CREATED", "creationDateTimeUtc"),
        Column.of("TYPE", "type"),
        Column.status("STATUS", "status"),
        Column.of("MACHINE", "computerDnsName", ActionsCommand::machine),
        Column.of("ID", "id"),
        Column.of("REQUESTOR", "requestor").ifRoom(),
        Column.of("COMMENT", "requestorComment").ifRoom()
    };

    ActionsCommand(Console console) {
        super(console);
    }

    private static String machine(JsonNode action) {
        String name = Values.text(action.path("computerDnsName"));
        return name.isEmpty() ? Values.text(action.path("machineId")) : name;
    }

    @Command(description = "List actions, newest first")
    int list(
            @Option(names = "--filter", paramLabel = "ODATA", description = "For example: status eq 'Pending'")
                    Optional<String> filter,
            @Option(names = "--machine", paramLabel = "MACHINE", description = "Of this machine: id or name")
                    Optional<String> machine,
            @Option(names = "--type", paramLabel = "TYPE", description = "For example Isolate") Optional<String> type,
            @Option(names = "--status", paramLabel = "STATUS", description = "For example Failed")
                    Optional<String> status,
            @Option(names = "--open", description = "Only those that are not over") boolean open,
            @Option(
                            names = "--top",
                            paramLabel = "N",
                            defaultValue = "100",
                            description = "At most so many (default: 100)")
                    int top) {
        List<String> conditions = new ArrayList<>();
        filter.ifPresent(text -> conditions.add("(" + text + ")"));
        machine.ifPresent(name -> conditions.add("machineId eq " + Targets.quoted(id(name))));
        type.ifPresent(text -> conditions.add("type eq " + Targets.quoted(text)));
        status.ifPresent(text -> conditions.add("status eq " + Targets.quoted(text)));
        if (open) {
            conditions.add("status in ('Pending','InProgress')");
        }
        String query =
                "?$top=" + top + (conditions.isEmpty() ? "" : "&$filter=" + encoded(String.join(" and ", conditions)));
        console.list(console.all(PATH + query), COLUMNS);
        return ExitCode.OK;
    }

    private String id(String machine) {
        return console.get("/api/machines/" + encoded(machine)).path("id").asString();
    }

    @Command(description = "Show one action, with how far it is and what the machine found")
    int show(@Parameters(paramLabel = "ID") String id) {
        console.object(new Following(console).detail(id));
        return ExitCode.OK;
    }

    @Command(description = "Follow actions until they are over; without ids, all that are open now")
    int watch(
            @Parameters(paramLabel = "ID", arity = "0..*") List<String> ids,
            @Option(
                            names = "--time-out",
                            paramLabel = "TIME",
                            converter = Wait.Span.class,
                            defaultValue = "1h",
                            description = "Give up after so long: 30s, 5m, 2h (default: 1h)")
                    Duration patience) {
        List<JsonNode> actions = new ArrayList<>();
        if (ids == null || ids.isEmpty()) {
            console.all(PATH + "?$filter=" + encoded("status in ('Pending','InProgress')"))
                    .path("value")
                    .forEach(actions::add);
        } else {
            ids.forEach(id -> actions.add(console.get(PATH + "/" + encoded(id))));
        }
        var orders = new Orders(console);
        return orders.show(orders.follow(new Orders.Placed(actions, List.of()), Optional.of(patience)), true);
    }

    @Command(description = "Cancel an action; one that was delivered is cancelled only if the machine says so")
    int cancel(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = {"-c", "--comment"},
                            paramLabel = "TEXT",
                            required = true,
                            description = "Why; kept with the action and in the audit log")
                    String comment) {
        console.object(console.post(
                PATH + "/" + encoded(id) + "/cancel", Console.body().put("Comment", comment)));
        return ExitCode.OK;
    }
}
