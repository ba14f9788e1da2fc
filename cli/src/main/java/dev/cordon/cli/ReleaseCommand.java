package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "release", description = "Let isolated machines back on the network (needs Machine.Isolate)")
final class ReleaseCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    ReleaseCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order("Release", "unisolate", machines, comment());
    }
}
