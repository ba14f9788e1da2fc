package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code cordon groups}. A machine group is named by number or name. */
@Command(
        addMethodSubcommands = false,
        name = "groups",
        description = "Machine groups, which roles reach (needs Cordon.Administer)")
final class GroupsCommand extends Group {

    private static final String PATH = "/cordon/v1/machine-groups";

    GroupsCommand(Console console) {
        super(console);
    }

    @Command(description = "Make a machine group; machines that meet all conditions, or are named, belong to it")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--rank", paramLabel = "N", description = "The lowest rank has a machine (default: last)")
                    Optional<Integer> rank,
            @Option(names = "--tag", paramLabel = "TAG", description = "Machines with this tag") List<String> tags,
            @Option(names = "--name-prefix", paramLabel = "TEXT", description = "Machines whose name starts so")
                    Optional<String> prefix,
            @Option(names = "--os", paramLabel = "PLATFORM", description = "For example Debian") Optional<String> os,
            @Option(names = "--machine", paramLabel = "ID", split = ",", description = "These machines")
                    List<String> machines) {
        ObjectNode body = Console.body().put("name", name);
        rank.ifPresent(value -> body.put("rank", value));
        ArrayNode conditions = body.putArray("conditions");
        (tags == null ? List.<String>of() : tags).forEach(tag -> condition(conditions, "tag", "equals", tag));
        prefix.ifPresent(text -> condition(conditions, "name", "startsWith", text));
        os.ifPresent(text -> condition(conditions, "osPlatform", "equals", text));
        (machines == null ? List.<String>of() : machines).forEach(body.putArray("machineIds")::add);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the machine groups")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("NUMBER", "id"),
                Column.of("NAME", "name"),
                Column.of("RANK", "rank"),
                Column.of("CONDITIONS", "conditions"),
                Column.of("MACHINES", "machineIds"));
        return ExitCode.OK;
    }

    @Command(description = "Delete a machine group; its machines go to the groups whose rules they meet")
    int remove(@Parameters(paramLabel = "GROUP") String group) {
        console.sentence(console.send("DELETE", PATH + "/" + encoded(group), "").json(), "removed " + group);
        return ExitCode.OK;
    }

    private static void condition(ArrayNode conditions, String property, String operator, String value) {
        conditions
                .addObject()
                .put("property", property)
                .put("operator", operator)
                .put("value", value);
    }
}
