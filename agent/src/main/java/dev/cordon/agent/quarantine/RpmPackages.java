package dev.cordon.agent.quarantine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The packages of rpm's database without which the machine does not work, and their files: those named here, those that
 * the machine's administrator protects from removal (dnf.conf(5), {@code protected_packages}), and all they require. What
 * offers a thing that is required is needed too, whichever of several it is. Not thread-safe.
 */
record RpmPackages(RpmDatabase database) {

    private static final Set<String> NEEDED = Set.of(
            "basesystem",
            "bash",
            "coreutils",
            "coreutils-single",
            "dbus",
            "dbus-broker",
            "dbus-daemon",
            "filesystem",
            "glibc",
            "grub2-common",
            "openssh-server",
            "pam",
            "rpm",
            "setup",
            "shadow",
            "shadow-utils",
            "sudo",
            "systemd",
            "systemd-udev",
            "udev",
            "util-linux",
            "util-linux-core");
    private static final int NAMES_A_CALL = 500;

    /**
     * Shows each file of the packages that are needed.
     *
     * @param more names of packages that are needed as well
     * @return whether there are such packages
     * @throws IOException if the database cannot be read
     */
    boolean needed(Collection<String> more, Packages.Visitor visitor) throws IOException, InterruptedException {
        var names = List.copyOf(names(more));
        var going = new boolean[] {true};
        for (int from = 0; going[0] && from < names.size(); from += NAMES_A_CALL) {
            var arguments = new ArrayList<>(List.of("--qf", "[%{=NAME} %{FILENAMES}\\n]", "--"));
            arguments.addAll(names.subList(from, Math.min(names.size(), from + NAMES_A_CALL)));
            ask(arguments, line -> {
                int blank = line.indexOf(" /");
                if (going[0] && blank > 0) {
                    going[0] = visitor.file(line.substring(blank + 1), "the package " + line.substring(0, blank));
                }
            });
        }
        return !names.isEmpty();
    }

    private Set<String> names(Collection<String> more) throws IOException, InterruptedException {
        Map<String, Set<String>> providers = new HashMap<>();
        Map<String, Set<String>> requirements = new HashMap<>();
        var current = new String[] {""};
        ask(List.of("-a", "--qf", "N %{NAME}\\n[P %{PROVIDENAME}\\n][R %{REQUIRENAME}\\n]"), line -> {
            var value = line.length() > 2 ? line.substring(2) : "";
            switch (line.isEmpty() ? ' ' : line.charAt(0)) {
                case 'N' -> current[0] = value;
                case 'P' ->
                    providers.computeIfAbsent(value, name -> new HashSet<>()).add(current[0]);
                case 'R' ->
                    requirements
                            .computeIfAbsent(current[0], name -> new HashSet<>())
                            .add(value);
                default -> {}
            }
        });
        Set<String> needed = new HashSet<>();
        var waiting = new ArrayDeque<String>(NEEDED);
        waiting.addAll(more);
        waiting.removeIf(name -> !providers.containsKey(name));
        Set<String> asked = new HashSet<>();
        while (!waiting.isEmpty()) {
            Set<String> files = new HashSet<>();
            while (!waiting.isEmpty()) {
                var name = waiting.remove();
                if (needed.add(name)) {
                    for (var required : requirements.getOrDefault(name, Set.of())) {
                        var found = providers.get(required);
                        if (found != null) {
                            waiting.addAll(found);
                        } else if (required.startsWith("/") && asked.add(required)) {
                            files.add(required);
                        }
                    }
                }
            }
            waiting.addAll(owners(files));
        }
        return needed;
    }

    /** A package may require a file by its name; which package brings that, only the database's index knows. */
    private Set<String> owners(Set<String> files) throws IOException, InterruptedException {
        Set<String> owners = new HashSet<>();
        if (!files.isEmpty()) {
            var arguments = new ArrayList<>(List.of("--qf", "=%{NAME}\\n", "--whatprovides", "--"));
            arguments.addAll(files);
            // of those that none brings it says so in a sentence
            database.query(arguments, line -> {
                if (line.startsWith("=")) {
                    owners.add(line.substring(1));
                }
            });
        }
        return owners;
    }

    private void ask(List<String> arguments, RpmDatabase.LineTaker lines) throws IOException, InterruptedException {
        int status = database.query(arguments, lines);
        if (status != 0) {
            throw new IOException("rpm -q ended with status " + status);
        }
    }
}
