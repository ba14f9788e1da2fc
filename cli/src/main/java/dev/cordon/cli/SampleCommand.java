package dev.cordon.cli;

import static dev.cordon.cli.Console.encoded;

import dev.cordon.cli.output.Values;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "sample",
        description = "Fetch a file from machines, by its hash (needs Machine.CollectForensics or"
                + " Machine.StopAndQuarantine)")
final class SampleCommand extends OrderCommand {

    @Parameters(paramLabel = "HASH", index = "0", description = "SHA-1, SHA-256 or MD5 of the file")
    private String hash = "";

    @Parameters(paramLabel = "MACHINE", index = "1..*", arity = "0..*", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    @Option(
            names = "--download",
            paramLabel = "DIR",
            description = "Wait (30m if --wait says nothing else) and put the samples into this folder, each in a zip"
                    + " that is encrypted so that nothing opens it by mistake")
    private Optional<Path> folder = Optional.empty();

    SampleCommand(Console console) {
        super(console);
    }

    @Override
    Optional<Duration> patience() {
        return wait.patience().or(() -> folder.map(_ -> CollectCommand.DOWNLOAD_PATIENCE));
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
        JsonNode links = console.post("/cordon/v1/machineactions/" + encoded(id) + "/sample-link", Console.body());
        String machine = Values.text(action.path("computerDnsName"));
        List<String> files = new ArrayList<>();
        for (JsonNode sample : links.path("value")) {
            String name = machine + "-" + id + "-" + (files.size() + 1) + ".zip";
            files.add(new Downloads(console, to)
                    .fetch(URI.create(sample.path("url").asString()), name)
                    .toString());
        }
        if (!files.isEmpty()) {
            console.screen().say("The password of the samples is " + Values.text(links.path("password")) + ".");
        }
        return Orders.with(action, "file", String.join(", ", files));
    }

    @Override
    public Integer call() {
        return order("Fetch the file from", "requestSample", machines, comment().put("Sha1", hash));
    }
}
