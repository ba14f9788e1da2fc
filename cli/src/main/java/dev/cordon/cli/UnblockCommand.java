package dev.cordon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "unblock", description = "Let machines run a file again that was blocked (needs Ti.ReadWrite)")
final class UnblockCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "HASH", description = "SHA-1, SHA-256 or MD5 of the file")
    private String hash = "";

    @Option(
            names = {"-c", "--comment"},
            paramLabel = "TEXT",
            required = true,
            description = "Why; kept with the list and in the audit log")
    private String comment = "";

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask, although it reaches every machine; needed where nobody can be asked")
    private boolean yes;

    UnblockCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        new Confirmation(console).ask("Unblock " + hash + " on every machine of the organisation?", yes);
        var body = Console.body().put("Comment", comment);
        console.object(console.post("/api/files/" + Console.encoded(hash) + "/unblock", body));
        return ExitCode.OK;
    }
}
