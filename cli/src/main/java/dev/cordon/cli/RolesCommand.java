package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code cordon roles}. A role is named by id or display name. */
@Command(
        addMethodSubcommands = false,
        name = "roles",
        description = "What users may do, and on which machines (needs Cordon.Administer)")
final class RolesCommand extends Group {

    private static final String PATH = "/cordon/v1/roles";

    RolesCommand(Console console) {
        super(console);
    }

    @Command(description = "Make a role")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--permission",
                            paramLabel = "PERMISSION",
                            split = ",",
                            description = "For example ViewData,ActiveRemediationActions")
                    List<String> permissions,
            @Option(
                            names = "--group",
                            paramLabel = "NUMBER",
                            split = ",",
                            description = "Machine groups that it reaches (default: all machines)")
                    List<Integer> groups) {
        ObjectNode body = Console.body().put("displayName", name).put("allMachines", groups == null);
        (permissions == null ? List.<String>of() : permissions).forEach(body.putArray("permissions")::add);
        (groups == null ? List.<Integer>of() : groups).forEach(body.putArray("machineGroups")::add);
        console.object(console.post(PATH, body));
        return ExitCode.OK;
    }

    @Command(description = "List the roles")
    int list() {
        console.list(
                console.get(PATH),
                Column.of("ID", "id"),
                Column.of("NAME", "displayName"),
                Column.of("PERMISSIONS", "permissions"),
                Column.of("ALL MACHINES", "allMachines"),
                Column.of("GROUPS", "machineGroups"));
        return ExitCode.OK;
    }

    @Command(description = "Delete a role and take it from all users")
    int remove(@Parameters(paramLabel = "ROLE") String role) {
        console.sentence(console.send("DELETE", PATH + "/" + encoded(role), "").json(), "removed " + role);
        return ExitCode.OK;
    }
}
