package dev.cordon.cli;

import dev.cordon.cli.output.Column;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(addMethodSubcommands = false, name = "tenants", description = "Make and list tenants (needs Cordon.Operate)")
final class TenantsCommand extends Group {

    TenantsCommand(Console console) {
        super(console);
    }

    @Command(description = "Make a tenant; shows its administrator's secret, once")
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--domain", description = "A domain name that stands for the tenant in URLs")
                    Optional<String> domain) {
        ObjectNode body = Console.body().put("displayName", name);
        domain.ifPresent(value -> body.put("domainName", value));
        JsonNode made = console.post("/cordon/v1/tenants", body);
        console.object(made);
        return ExitCode.OK;
    }

    @Command(description = "List the tenants")
    int list() {
        console.list(
                console.get("/cordon/v1/tenants"),
                Column.of("ID", "id"),
                Column.of("NAME", "displayName"),
                Column.of("DOMAIN", "domainName"));
        return ExitCode.OK;
    }
}
