package dev.cordon.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "isolate", description = "Cut a machine off the network (needs Machine.Isolate)")
final class IsolateCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(paramLabel = "MACHINE", description = "Id or name")
    private String machine = "";

    @Option(names = "--comment", required = true, description = "Why; kept with the action and in the audit log")
    private String comment = "";

    @Option(names = "--selective", description = "Leave what the tenant's settings allow")
    private boolean selective;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "Wait for the machine's answer so long")
    private int seconds;

    IsolateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var body = Console.body().put("Comment", comment).put("IsolationType", selective ? "Selective" : "Full");
        return new Actions(console).order(machine, "isolate", body, Duration.ofSeconds(seconds));
    }
}
