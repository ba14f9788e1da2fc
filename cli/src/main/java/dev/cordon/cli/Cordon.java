package dev.cordon.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** {@code cordon}: administer a server, from a terminal or a script. Exit statuses: {@link ExitCode}. */
@Command(
        name = "cordon",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "Cordon 0.1.0-SNAPSHOT",
        description = "Administer a Cordon server.",
        synopsisSubcommandLabel = "COMMAND")
public final class Cordon {

    private Cordon() {}

    public static void main(String... arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, System.getenv(), arguments));
    }

    static int run(PrintWriter out, PrintWriter err, Map<String, String> environment, String... arguments) {
        try (Console console = new Console(out, environment)) {
            return commandLine(console).setOut(out).setErr(err).execute(arguments);
        }
    }

    private static CommandLine commandLine(Console console) {
        CommandLine apps = new CommandLine(new AppsCommand(console))
                .addSubcommand(new AppsCommand.SecretCommand(console))
                .addSubcommand(new SignInCommand(console))
                .addSubcommand(new CertificateCommand(console))
                .addSubcommand(new FederatedCommand(console));
        CommandLine enroll =
                new CommandLine(new EnrollCommand(console)).addSubcommand(new EnrollCommand.TokenCommand(console));
        return new CommandLine(new Cordon())
                .addMixin("console", console)
                .addSubcommand(new TenantsCommand(console))
                .addSubcommand(apps)
                .addSubcommand(new KeysCommand(console))
                .addSubcommand(new HostsCommand(console))
                .addSubcommand(new UsersCommand(console))
                .addSubcommand(new RolesCommand(console))
                .addSubcommand(new GroupsCommand(console))
                .addSubcommand(enroll)
                .addSubcommand(new SettingsCommand(console))
                .addSubcommand(new MachinesCommand(console))
                .addSubcommand(new IsolateCommand(console))
                .addSubcommand(new ReleaseCommand(console))
                .addSubcommand(new ActionsCommand(console))
                .addSubcommand(new BreakGlassCommand(console))
                .addSubcommand(new AuditCommand(console))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, _) -> {
                    line.getErr().println("cordon: " + Printable.cell(String.valueOf(failure.getMessage())));
                    return ExitCode.of(failure);
                });
    }
}
