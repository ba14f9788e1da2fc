package dev.cordon.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "block", description = "Let no machine run a file, by its hash (needs Ti.ReadWrite)")
final class BlockCommand extends ListingCommand {

    @Option(names = "--stop-running", description = "End running instances too")
    private boolean stopRunning;

    BlockCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        ObjectNode body = Console.body();
        return list("Block", stopRunning ? body.put("StopRunning", true) : body);
    }
}
