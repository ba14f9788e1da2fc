package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Column;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(addMethodSubcommands = false, name = "files", description = "Files that are blocked or quarantined")
final class FilesCommand extends Group {

    FilesCommand(Console console) {
        super(console);
    }

    @Command(description = "List the blocked files, the newest 10,000 (needs Ti.ReadWrite)")
    int blocked() {
        console.list(
                console.get("/cordon/v1/files/blocks"),
                Column.of("HASH", "hash"),
                Column.of("SINCE", "blockedAt"),
                Column.of("STOP RUNNING", "stopRunning").ifRoom(),
                Column.of("REQUESTOR", "requestor").ifRoom(),
                Column.of("COMMENT", "comment"));
        return ExitCode.OK;
    }

    @Command(description = "List which machine enforces the list of blocked files (needs Machine.Read.All)")
    int enforcement() {
        console.list(
                console.get("/cordon/v1/files/blocks/machines"),
                Column.of("MACHINE", "computerDnsName"),
                Column.status("SUPPORT", "support"),
                Column.status("CURRENT", "enforcesCurrent"),
                Column.of("VERSION", "version"),
                Column.of("CONNECTED", "connected").ifRoom(),
                Column.of("LIMITS", "limits").ifRoom());
        return ExitCode.OK;
    }

    @Command(description = "List the files in the vaults of machines, newest first (needs Machine.Read.All)")
    int quarantined(
            @Option(names = "--machine", paramLabel = "MACHINE", description = "Of this machine: id or name")
                    Optional<String> machine) {
        String query = machine.map(name ->
                        console.get("/api/machines/" + encoded(name)).path("id").asString())
                .map(id -> "?machineId=" + encoded(id))
                .orElse("");
        console.list(
                console.get("/cordon/v1/quarantine" + query),
                Column.of("MACHINE", "computerDnsName"),
                Column.of("PATH", "path"),
                Column.of("SINCE", "quarantinedAt"),
                Column.of("SIZE", "size").ifRoom(),
                Column.of("ACTION", "actionId"),
                Column.of("SHA-256", "sha256").ifRoom());
        return ExitCode.OK;
    }
}
