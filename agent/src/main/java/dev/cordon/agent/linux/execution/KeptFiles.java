package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files that are never refused, because without them nobody could undo anything: the agent's run time, what its
 * launcher and its units start, and what the way out of an isolation needs.
 *
 * <p>Known by identity, as they were when programs began to be refused; and by content, as it is now, where a file that
 * would be refused has the size of one of them. Nothing is read of them before that: together they have some hundred
 * megabytes, and the first file that is blocked has to be blocked at once. Immutable.
 */
final class KeptFiles {

    static final KeptFiles NONE = new KeptFiles(Set.of(), Map.of());

    /** What the launcher of the local commands, the units and the way out of an isolation start. */
    static final List<String> PROGRAMS = List.of(
            "/bin/sh",
            "/bin/bash",
            "/usr/bin/env",
            "/usr/bin/dirname",
            "/usr/bin/readlink",
            "/usr/bin/sed",
            "/usr/bin/uname",
            "/bin/mkdir",
            "/usr/sbin/nft",
            "/sbin/init",
            "/bin/systemctl",
            "/usr/lib/systemd/systemd",
            "/usr/lib/systemd/systemd-executor",
            "/sbin/agetty",
            "/bin/login",
            "/usr/sbin/sshd",
            "/usr/lib/openssh/sshd-session",
            "/usr/lib/openssh/sshd-auth",
            "/bin/su",
            "/usr/bin/sudo");

    private final Set<Path> files;
    private final Map<FileState.Id, FileState> states;
    private final Set<Long> devices;

    private KeptFiles(Set<Path> files, Map<FileState.Id, FileState> states) {
        this.files = Set.copyOf(files);
        this.states = Map.copyOf(states);
        this.devices = states.keySet().stream().map(FileState.Id::device).collect(Collectors.toUnmodifiableSet());
    }

    /** Looks these up as they are now; what is missing is left out. */
    static KeptFiles of(Set<Path> files) {
        Map<FileState.Id, FileState> states = new HashMap<>();
        try (var kernel = new Kernel()) {
            for (var file : files) {
                var state = kernel.stateBehind(Names.latin1(file.toString()));
                if (state != null && state.regular()) {
                    states.put(state.id(), state);
                }
            }
        }
        return new KeptFiles(files, states);
    }

    /**
     * What this agent needs: the programs above, its run time, every file that it has mapped, and its own classes. Takes
     * some ten milliseconds the first time.
     */
    static Set<Path> ofThisAgent() {
        Set<Path> files = new LinkedHashSet<>();
        PROGRAMS.forEach(program -> files.add(Path.of(program)));
        files.addAll(RunTime.PROGRAMS);
        for (var entry : System.getProperty("java.class.path", "").split(":", -1)) {
            if (!entry.isEmpty()) {
                files.add(Path.of(entry).toAbsolutePath());
            }
        }
        addMapped(files);
        return files;
    }

    /** Looked for once: a run time is not changed below a process that uses it. */
    private static final class RunTime {
        static final Set<Path> PROGRAMS = programs(Path.of(System.getProperty("java.home")));

        private static Set<Path> programs(Path home) {
            Set<Path> files = new LinkedHashSet<>();
            for (var part : List.of("bin", "lib")) {
                try (Stream<Path> below = Files.walk(home.resolve(part), 3)) {
                    below.filter(Files::isRegularFile)
                            .filter(file ->
                                    Files.isExecutable(file) || file.toString().endsWith(".so"))
                            .forEach(files::add);
                } catch (IOException | java.io.UncheckedIOException e) {
                    // what is mapped of it is found all the same
                }
            }
            return files;
        }
    }

    private static void addMapped(Set<Path> files) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            lines.map(line -> line.indexOf('/') < 0 ? "" : line.substring(line.indexOf('/')))
                    .filter(name -> !name.isEmpty() && !name.endsWith(" (deleted)"))
                    .distinct()
                    .forEach(name -> files.add(Path.of(name)));
        } catch (IOException | java.io.UncheckedIOException e) {
            // the programs above are found all the same
        }
    }

    /** Whether these are the same files, as they were at the same time. */
    boolean isAs(KeptFiles other) {
        return files.equals(other.files) && states.equals(other.states);
    }

    boolean holds(FileState state) {
        return state.equals(states.get(state.id()));
    }

    /** Whether one of them lies on this file system, so that nobody can unmount it as long as the agent runs. */
    boolean liesOn(long device) {
        return devices.contains(device);
    }

    /**
     * Whether a file with this size and SHA-256 is one of them by its content. Reads those that have its size; not for
     * the verdict thread.
     */
    boolean holds(Hashes found, Kernel kernel, FileHasher hasher) {
        for (var file : files) {
            var state = kernel.stateBehind(Names.latin1(file.toString()));
            if (state != null && state.regular() && state.size() == found.size() && same(file, found, hasher)) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(Path file, Hashes found, FileHasher hasher) {
        try {
            return hasher.hash(file, EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT)
                    .sha256()
                    .equals(found.sha256());
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }
}
