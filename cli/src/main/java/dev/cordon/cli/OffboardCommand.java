package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "offboard",
        description = "Take machines out of Cordon's care: their agents remove themselves (needs Machine.Offboard)")
final class OffboardCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    OffboardCommand(Console console) {
        super(console);
    }

    @Override
    void confirm(String what, List<Target> found) {
        new Confirmation(console).typed(what, found, targets.yes());
    }

    @Override
    public Integer call() {
        return order("Offboard", "offboard", machines, comment());
    }
}
