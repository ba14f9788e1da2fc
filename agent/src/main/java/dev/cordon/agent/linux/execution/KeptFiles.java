package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files that are never refused, because without them nobody could undo anything: the agent's run time, what its
 * launcher and its units start, and what the way out of an isolation needs. Known by identity, and by SHA-256 where
 * their identity was touched. Immutable.
 */
final class KeptFiles {

    static final KeptFiles NONE = new KeptFiles(Map.of(), FileHashSet.EMPTY);

    /** What the launcher of the local commands, the units and the way out of an isolation start. */
    private static final List<String> PROGRAMS = List.of(
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

    private final Map<FileState.Id, FileState> states;
    private final FileHashSet hashes;

    private KeptFiles(Map<FileState.Id, FileState> states, FileHashSet hashes) {
        this.states = Map.copyOf(states);
        this.hashes = hashes;
    }

    /** Looks these up as they are now; what is missing is left out. */
    static KeptFiles of(Set<Path> files, Log log) {
        Map<FileState.Id, FileState> states = new HashMap<>();
        List<FileHash> hashes = new ArrayList<>();
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            for (var file : files) {
                try {
                    var state = kernel.state(file.toRealPath().toString());
                    if (state != null && state.regular() && states.put(state.id(), state) == null) {
                        hashes.add(hasher.hash(file, EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT)
                                .sha256());
                    }
                } catch (IOException e) {
                    log.debug("kept-file-missing", "file", file);
                }
            }
        }
        return new KeptFiles(states, FileHashSet.of(hashes));
    }

    /** What this agent needs: the programs above, its run time, every file that it has mapped, and its own classes. */
    static Set<Path> ofThisAgent() {
        Set<Path> files = new LinkedHashSet<>();
        PROGRAMS.forEach(program -> files.add(Path.of(program)));
        Path home = Path.of(System.getProperty("java.home"));
        for (var below : List.of("bin", "lib")) {
            addPrograms(home.resolve(below), files);
        }
        for (var entry : System.getProperty("java.class.path", "").split(":", -1)) {
            if (!entry.isEmpty()) {
                files.add(Path.of(entry).toAbsolutePath());
            }
        }
        addMapped(files);
        return files;
    }

    private static void addPrograms(Path folder, Set<Path> files) {
        try (Stream<Path> below = Files.walk(folder, 3)) {
            below.filter(Files::isRegularFile)
                    .filter(file -> Files.isExecutable(file) || file.toString().endsWith(".so"))
                    .forEach(files::add);
        } catch (IOException | java.io.UncheckedIOException e) {
            // what is mapped of it is found below
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

    boolean holds(FileState state) {
        return state.equals(states.get(state.id()));
    }

    boolean holds(Hashes found) {
        return hashes.containsAny(found);
    }

    int size() {
        return states.size();
    }
}
