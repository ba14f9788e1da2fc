package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "quarantine",
        description = "End a program and put its file away, by its hash, on machines (needs Machine.StopAndQuarantine)")
final class QuarantineCommand extends OrderCommand {

    @Parameters(paramLabel = "HASH", index = "0", description = "SHA-1, SHA-256 or MD5 of the file")
    private String hash = "";

    @Parameters(paramLabel = "MACHINE", index = "1..*", arity = "0..*", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    QuarantineCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order(
                "Quarantine " + hash + " on",
                "StopAndQuarantineFile",
                machines,
                comment().put("Sha1", hash));
    }
}
