package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

@Command(
        addMethodSubcommands = false,
        name = "machines",
        description = "Machines of the tenant (needs Machine.Read.All); alone, lists them")
final class MachinesCommand extends Group {

    private static final String PATH = Fleet.PATH;

    MachinesCommand(Console console) {
        super(console);
    }

    @Command(description = "List machines")
    int list(
            @Option(names = "--filter", paramLabel = "ODATA", description = "For example: healthStatus eq 'Active'")
                    Optional<String> filter,
            @Option(names = "--search", paramLabel = "TEXT", description = "Part of the name or of the last address")
                    Optional<String> search,
            @Option(names = "--tag", paramLabel = "TAG", description = "Only with this tag; all of several")
                    List<String> tags,
            @Option(
                            names = "--health",
                            paramLabel = "STATUS",
                            description = "Active, ImpairedCommunication or Inactive")
                    Optional<String> health,
            @Option(names = "--top", paramLabel = "N", description = "At most so many") Optional<Integer> top,
            @Option(
                            names = {"-w", "--watch"},
                            description = "Stay on the terminal and follow what changes, until Ctrl-C")
                    boolean watch) {
        List<String> conditions = new ArrayList<>();
        filter.ifPresent(text -> conditions.add("(" + text + ")"));
        search.map(Targets::quoted)
                .ifPresent(text -> conditions.add(
                        "(contains(computerDnsName," + text + ") or contains(lastIpAddress," + text + "))"));
        (tags == null ? List.<String>of() : tags)
                .forEach(tag -> conditions.add("machineTags/any(tag: tag eq " + Targets.quoted(tag) + ")"));
        health.ifPresent(status -> conditions.add("healthStatus eq " + Targets.quoted(status)));
        List<String> query = new ArrayList<>();
        query.add("$orderby=computerDnsName");
        if (!conditions.isEmpty()) {
            query.add("$filter=" + encoded(String.join(" and ", conditions)));
        }
        var fleet = new Fleet(console);
        if (watch) {
            fleet.watch(String.join("&", query), top);
        }
        top.ifPresent(number -> query.add("$top=" + number));
        fleet.show(String.join("&", query));
        return ExitCode.OK;
    }

    @Command(description = "Show one machine")
    int show(@Parameters(paramLabel = "MACHINE", description = "Id or name") String machine) {
        console.object(console.get(PATH + "/" + encoded(machine)));
        return ExitCode.OK;
    }

    @Command(description = "Show what was asked of a machine and how it says it stands")
    int state(@Parameters(paramLabel = "MACHINE", description = "Id or name") String machine) {
        console.object(console.get("/cordon/v1/machines/" + encoded(machine) + "/state"));
        return ExitCode.OK;
    }

    @Command(description = "Give machines a tag, or take it away (needs Machine.ReadWrite.All)")
    int tag(
            @Parameters(paramLabel = "TAG", index = "0") String tag,
            @Parameters(paramLabel = "MACHINE", index = "1..*", arity = "0..*", description = Targets.DESCRIPTION)
                    List<String> machines,
            @Mixin Targets targets,
            @Option(names = "--remove", description = "Take it away") boolean remove) {
        List<Target> found = targets.resolve(console, machines == null ? List.of() : machines);
        String what = remove ? "Take the tag " + tag + " from" : "Give the tag " + tag + " to";
        new Confirmation(console).machines(what, found, targets.yes());
        ArrayNode changed = Console.body().putArray("value");
        for (Target target : found) {
            var body = Console.body().put("Value", tag).put("Action", remove ? "Remove" : "Add");
            JsonNode machine = console.post(PATH + "/" + encoded(target.machine()) + "/tags", body);
            changed.add(machine);
        }
        new Fleet(console).show(Console.body().set("value", changed));
        return ExitCode.OK;
    }
}
