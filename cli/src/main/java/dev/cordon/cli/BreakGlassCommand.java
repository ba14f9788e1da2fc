package dev.cordon.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "break-glass-code",
        description = "Show the one-time code that releases an isolated machine at the machine itself"
                + " (needs Cordon.Administer; audited)")
final class BreakGlassCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "MACHINE", description = "Id or name")
    private String machine = "";

    BreakGlassCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        JsonNode answer =
                console.post("/cordon/v1/machines/" + Console.encoded(machine) + "/break-glass-code", Console.body());
        console.object(answer);
        return ExitCode.OK;
    }
}
