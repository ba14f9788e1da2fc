package dev.cordon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** Puts a file on the list of blocked ones, or takes it off: either reaches every machine, so a person is asked. */
abstract class ListingCommand implements Callable<Integer> {

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

    ListingCommand(Console console) {
        this.console = console;
    }

    /** @param verb what is asked for, and in lower case the path of it */
    int list(String verb, ObjectNode more) {
        new Confirmation(console).ask(verb + " " + hash + " on every machine of the organisation?", yes);
        ObjectNode body = more.put("Comment", comment);
        String path = "/api/files/" + Console.encoded(hash) + "/" + verb.toLowerCase(java.util.Locale.ROOT);
        console.object(console.post(path, body));
        return ExitCode.OK;
    }
}
