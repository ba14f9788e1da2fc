package dev.cordon.cli;

import dev.cordon.cli.output.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        addMethodSubcommands = false,
        name = "keys",
        description = "The keys that sign access tokens (needs Cordon.Operate)")
final class KeysCommand extends Group {

    private static final String PATH = "/cordon/v1/signing-keys";

    KeysCommand(Console console) {
        super(console);
    }

    @Command(description = "List the keys that are published")
    int list() {
        show(console.get(PATH));
        return ExitCode.OK;
    }

    @Command(description = "Make the next key ready; it signs in a day")
    int rotate(
            @Option(names = "--emergency", description = "Replace all keys at once: every token that is out is refused")
                    boolean emergency) {
        ObjectNode body = Console.body().put("emergency", emergency);
        show(console.post(PATH + "/rotation", body));
        return ExitCode.OK;
    }

    private void show(JsonNode keys) {
        console.list(
                keys,
                Column.of("ID", "id"),
                Column.status("STATE", "state"),
                Column.of("PUBLISHED", "createdAt"),
                Column.of("SIGNS FROM", "signsFrom"));
    }
}
