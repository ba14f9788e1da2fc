package dev.cordon.cli;

import java.net.InetAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what a lab's hosts file needs, so that scripts with hard-coded hosts reach a server with drop-in names. */
@Command(
        addMethodSubcommands = false,
        name = "hosts",
        description =
                "Print the hosts-file lines that lead the original's names to a server of yours; for a lab you own")
final class HostsCommand extends Group {

    HostsCommand(Console console) {
        super(console);
    }

    @Command(description = "Print the lines")
    int print(
            @Option(
                            names = "--address",
                            paramLabel = "IP",
                            defaultValue = "127.0.0.1",
                            description = "Where the server is (default: 127.0.0.1)")
                    String address) {
        String ip = InetAddress.ofLiteral(address).getHostAddress();
        console.screen()
                .line(
                        "# Cordon lab: the server must run with --drop-in-names --port 443. Take these lines out afterwards.");
        DropInHosts.ALL.forEach(host -> console.screen().line(ip + " " + host));
        return ExitCode.OK;
    }
}
