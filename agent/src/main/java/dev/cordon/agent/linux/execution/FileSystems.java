package dev.cordon.agent.linux.execution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which of the file systems that were found are controlled. Tests name their own private ones and touch no other. */
@FunctionalInterface
interface FileSystems {

    boolean controls(Mount mount);

    /**
     * Those that are mounted on a folder or below it and nowhere else: a lab machine shares its files with the computer
     * it runs on, and must never make that one wait.
     */
    static FileSystems below(Path folder) throws IOException {
        String top = folder.toRealPath() + "/";
        Set<Long> shared = new HashSet<>();
        for (var table : List.of("/proc/1/mountinfo", "/proc/self/mountinfo")) {
            for (var line : Mount.lines(Path.of(table))) {
                Mount.parse(line)
                        .filter(mount -> !(mount.point() + "/").startsWith(top))
                        .ifPresent(mount -> shared.add(mount.device()));
            }
        }
        return mount ->
                ALL.controls(mount) && (mount.point() + "/").startsWith(top) && !shared.contains(mount.device());
    }

    /** Where one of them is mounted, if there is one. */
    default Optional<Path> first() {
        try {
            return Mount.lines(Path.of("/proc/self/mountinfo")).stream()
                    .flatMap(line -> Mount.parse(line).stream())
                    .filter(this::controls)
                    .map(mount -> Path.of(mount.point()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Every one of this machine that can hold a program; those of other machines and of programs are judged unseen. */
    FileSystems ALL = mount -> mount.kind() != Mount.Kind.PSEUDO;
}
