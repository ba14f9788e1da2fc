package dev.cordon.cli;

import picocli.CommandLine.Command;

@Command(name = "unblock", description = "Let machines run a file again that was blocked (needs Ti.ReadWrite)")
final class UnblockCommand extends ListingCommand {

    UnblockCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return list("Unblock", Console.body());
    }
}
