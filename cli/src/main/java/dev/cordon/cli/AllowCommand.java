package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "allow",
        description = "Let restricted machines run any program again (needs Machine.RestrictExecution)")
final class AllowCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    AllowCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order("Allow", "unrestrictCodeExecution", machines, comment());
    }
}
