package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "restrict",
        description = "Let machines run only programs of trusted packages (needs Machine.RestrictExecution)")
final class RestrictCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    RestrictCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order("Restrict", "restrictCodeExecution", machines, comment());
    }
}
