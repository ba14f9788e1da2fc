package dev.cordon.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** All commands. Only the one that is called is built: building all of them is most of a short command's time. */
final class Commands {

    private final Map<String, Supplier<CommandLine>> all = new LinkedHashMap<>();

    Commands(Console console) {
        add("login", () -> new LoginCommand(console));
        add("logout", () -> new LogoutCommand(console));
        add("machines", () -> new MachinesCommand(console));
        add("isolate", () -> new IsolateCommand(console));
        add("release", () -> new ReleaseCommand(console));
        add("restrict", () -> new RestrictCommand(console));
        add("allow", () -> new AllowCommand(console));
        add("scan", () -> new ScanCommand(console));
        add("collect", () -> new CollectCommand(console));
        add("quarantine", () -> new QuarantineCommand(console));
        add("restore", () -> new RestoreCommand(console));
        add("sample", () -> new SampleCommand(console));
        add("block", () -> new BlockCommand(console));
        add("unblock", () -> new UnblockCommand(console));
        add("files", () -> new FilesCommand(console));
        add("offboard", () -> new OffboardCommand(console));
        add("actions", () -> new ActionsCommand(console));
        add("break-glass-code", () -> new BreakGlassCommand(console));
        add("audit", () -> new AuditCommand(console));
        add("settings", () -> new SettingsCommand(console));
        add("enroll", () -> new EnrollCommand(console), () -> new EnrollCommand.TokenCommand(console));
        add("users", () -> new UsersCommand(console));
        add("roles", () -> new RolesCommand(console));
        add("groups", () -> new GroupsCommand(console));
        add(
                "apps",
                () -> new AppsCommand(console),
                () -> new AppsCommand.SecretCommand(console),
                () -> new SignInCommand(console),
                () -> new CertificateCommand(console),
                () -> new FederatedCommand(console));
        add("issuers", () -> new IssuersCommand(console), () -> new OutsideTokensCommand(console));
        add("tenants", () -> new TenantsCommand(console));
        add("keys", () -> new KeysCommand(console));
        add("hosts", () -> new HostsCommand(console));
        add("completion", () -> new CompletionCommand(console));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void add(String name, Supplier<Object> command, Supplier<Object>... below) {
        all.put(name, () -> {
            var line = new CommandLine(command.get());
            for (Supplier<Object> one : below) {
                line.addSubcommand(one.get());
            }
            return line;
        });
    }

    /** Adds the command of this name, or all if there is none of this name. */
    void add(CommandLine line, String called) {
        Supplier<CommandLine> only = all.get(called);
        if (only != null) {
            line.addSubcommand(called, only.get());
        } else {
            all.forEach((name, command) -> line.addSubcommand(name, command.get()));
        }
    }
}
