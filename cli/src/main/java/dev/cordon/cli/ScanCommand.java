package dev.cordon.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "scan", description = "Look for malware on machines (needs Machine.Scan)")
final class ScanCommand extends OrderCommand {

    @Parameters(paramLabel = "MACHINE", description = Targets.DESCRIPTION)
    private List<String> machines = List.of();

    @Option(names = "--full", description = "Everything on the machine, not only where malware usually is")
    private boolean full;

    ScanCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() {
        return order("Scan", "runAntiVirusScan", machines, comment().put("ScanType", full ? "Full" : "Quick"));
    }
}
