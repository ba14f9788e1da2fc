package dev.cordon.cli;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;

/** All commands. Only the one that is called is built, for that is most of a short command's time. */
final class Commands {

    private final Map<String, Function<List<String>, CommandLine>> all = new LinkedHashMap<>();

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
        all.put(name, words -> {
            var line = new CommandLine(command.get());
            List<CommandLine> groups =
                    Stream.of(below).map(one -> new CommandLine(one.get())).toList();
            Optional<CommandLine> only = groups.stream()
                    .filter(one -> !words.isEmpty() && words.getFirst().equals(one.getCommandName()))
                    .findFirst();
            if (only.isPresent()) {
                complete(only.get(), words.subList(1, words.size()));
                line.addSubcommand(only.get());
                return line;
            }
            if (complete(line, words)) {
                for (CommandLine one : groups) {
                    complete(one, List.of());
                    line.addSubcommand(one);
                }
            }
            return line;
        });
    }

    /** Gives a group its commands: the one that is called, or all where that is not known, which is the answer. */
    private static boolean complete(CommandLine line, List<String> words) {
        if (!(line.getCommand() instanceof Group group)) {
            return true;
        }
        List<Method> called =
                words.isEmpty() ? List.of() : CommandLine.getCommandMethods(group.getClass(), words.getFirst());
        if (called.isEmpty()) {
            line.getCommandSpec().addMethodSubcommands();
            return true;
        }
        called.forEach(method -> line.addSubcommand(new CommandLine(method)));
        return false;
    }

    /** Adds the command that the words call, or all if there is none of this name. */
    void add(CommandLine line, List<String> words) {
        Function<List<String>, CommandLine> only = words.isEmpty() ? null : all.get(words.getFirst());
        if (only != null) {
            line.addSubcommand(words.getFirst(), only.apply(words.subList(1, words.size())));
        } else {
            all.forEach((name, command) -> line.addSubcommand(name, command.apply(List.of())));
        }
    }
}
