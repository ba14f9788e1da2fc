package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Values;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "collect",
        description = "Collect investigation packages from machines (needs Machine.CollectForensics, and"
                + " Machine.Read.All to wait)")
final class CollectCommand extends OrderCommand {

    static final Duration DOWNLOAD_PATIENCE = Duration.ofMinutes(30);

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    @Option(
            names = "--download",
            paramLabel = "DIR",
            description = "Wait (30m if --wait says nothing else) and put each package into this folder")
    private Optional<Path> folder = Optional.empty();

    CollectCommand(Console console) {
        super(console);
    }

    @Override
    Optional<Duration> patience() {
        return wait.patience().or(() -> folder.map(_ -> DOWNLOAD_PATIENCE));
    }

    @Override
    List<JsonNode> done(List<JsonNode> actions) {
        return folder.isEmpty()
                ? actions
                : actions.stream().map(action -> download(action, folder.get())).toList();
    }

    private JsonNode download(JsonNode action, Path to) {
        if (!Following.status(action).equals("Succeeded")) {
            return action;
        }
        String id = action.path("id").asString();
        String link = console.get("/api/machineactions/" + encoded(id) + "/getPackageUri")
                .path("value")
                .asString();
        String machine = Values.text(action.path("computerDnsName"));
        Path file = new Downloads(console, to).fetch(URI.create(link), machine + "-" + id + ".zip");
        return Orders.with(action, "file", file.toString());
    }

    @Override
    public Integer call() {
        return order("Collect from", "collectInvestigationPackage", machines, comment());
    }
}
