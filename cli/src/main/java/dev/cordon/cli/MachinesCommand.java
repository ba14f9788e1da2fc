package dev.cordon.cli;

import static dev.cordon.cli.Console.cell;
import static dev.cordon.cli.Console.encoded;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "machines", description = "Machines of the tenant (needs Machine.Read.All)")
final class MachinesCommand extends Group {

    MachinesCommand(Console console) {
        super(console);
    }

    @Command(description = "List machines")
    int list(
            @Option(names = "--filter", paramLabel = "ODATA", description = "For example: healthStatus eq 'Active'")
                    Optional<String> filter) {
        console.list(
                console.get("/api/machines"
                        + filter.map(text -> "?$filter=" + encoded(text)).orElse("")),
                List.of("ID", "NAME", "PLATFORM", "HEALTH", "ADDRESS", "LAST SEEN"),
                machine -> List.of(
                        cell(machine, "id"),
                        cell(machine, "computerDnsName"),
                        cell(machine, "osPlatform"),
                        cell(machine, "healthStatus"),
                        cell(machine, "lastIpAddress"),
                        cell(machine, "lastSeen")));
        return ExitCode.OK;
    }

    @Command(description = "Show one machine")
    int show(@Parameters(paramLabel = "MACHINE", description = "Id or name") String machine) {
        console.object(console.get("/api/machines/" + encoded(machine)));
        return ExitCode.OK;
    }

    @Command(description = "Show what was asked of a machine and how it says it stands")
    int state(@Parameters(paramLabel = "MACHINE", description = "Id or name") String machine) {
        console.object(console.get("/cordon/v1/machines/" + encoded(machine) + "/state"));
        return ExitCode.OK;
    }
}
