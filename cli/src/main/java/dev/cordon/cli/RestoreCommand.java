package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "restore",
        description = {
            "Give back what was quarantined (needs Machine.StopAndQuarantine).",
            "",
            "By --action: what one action took. By --machine: all in that machine's vault, or with --hash one file of"
                    + " it. By --hash alone: that file on every machine where it was quarantined."
        })
final class RestoreCommand implements Callable<Integer> {

    private final Console console;

    @Option(names = "--action", paramLabel = "ID", description = "The action that quarantined it")
    private Optional<String> action = Optional.empty();

    @Option(names = "--machine", paramLabel = "MACHINE", description = "Id or name")
    private Optional<String> machine = Optional.empty();

    @Option(names = "--hash", paramLabel = "HASH", description = "SHA-1, SHA-256 or MD5 of the file")
    private Optional<String> hash = Optional.empty();

    @Option(
            names = {"-c", "--comment"},
            paramLabel = "TEXT",
            required = true,
            description = "Why; kept with the action and in the audit log")
    private String comment = "";

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask before restoring on every machine; needed where nobody can be asked")
    private boolean yes;

    @Mixin
    private final Wait wait = new Wait();

    RestoreCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        ObjectNode body = Console.body().put("comment", comment);
        String path;
        if (action.isPresent() && machine.isEmpty() && hash.isEmpty()) {
            path = "/cordon/v1/machineactions/" + encoded(action.get()) + "/restore";
        } else if (machine.isPresent() && action.isEmpty()) {
            hash.ifPresent(text -> body.put("hash", text));
            path = "/cordon/v1/machines/" + encoded(machine.get()) + "/restore";
        } else if (hash.isPresent() && action.isEmpty()) {
            new Confirmation(console).ask("Restore " + hash.get() + " on every machine where it was quarantined?", yes);
            path = "/cordon/v1/files/" + encoded(hash.get()) + "/restore";
        } else {
            throw new IllegalArgumentException("say --action alone, --machine with or without --hash, or --hash alone");
        }
        var orders = new Orders(console);
        Orders.Placed placed =
                orders.follow(placed(console.order(path, body).orThrow().json()), wait.patience());
        return orders.show(placed, wait.patience().isPresent());
    }

    private static Orders.Placed placed(JsonNode answer) {
        if (!answer.has("actions")) {
            return new Orders.Placed(List.of(answer), List.of());
        }
        List<JsonNode> actions = new ArrayList<>();
        List<ObjectNode> refused = new ArrayList<>();
        answer.path("actions").forEach(actions::add);
        actions.sort(Comparator.comparing(Orders::machine));
        answer.path("refused").forEach(one -> refused.add((ObjectNode) one));
        return new Orders.Placed(actions, refused);
    }
}
