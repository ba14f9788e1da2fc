package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "isolate", description = "Cut machines off the network (needs Machine.Isolate)")
final class IsolateCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    @Option(names = "--selective", description = "Leave what the tenant's settings allow")
    private boolean selective;

    IsolateCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order("Isolate", "isolate", machines, comment().put("IsolationType", selective ? "Selective" : "Full"));
    }
}
