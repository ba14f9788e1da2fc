package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cgroup of a running systemd service.
 *
 * <p>nftables stores a cgroup by its id, so a service that is started again has another one and the rules must be made
 * anew; {@link #id} changes then.
 *
 * @param path below the cgroup v2 mount, without a leading slash
 * @param id the inode of its directory
 */
record ServiceGroup(String path, long id) {

    /** Where nftables looks for cgroups, whatever is mounted where. */
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private static final Pattern UNIT = Pattern.compile("[A-Za-z0-9:_@.-]{1,200}\\.service");
    private static final Pattern SLICE = Pattern.compile("[A-Za-z0-9:_.-]{1,200}\\.slice");
    private static final int DEEPEST = 8;
    private static final List<Path> UNIT_DIRECTORIES = Stream.of(
                    "/etc/systemd/system",
                    "/run/systemd/system",
                    "/usr/lib/systemd/system",
                    "/lib/systemd/system",
                    "/usr/local/lib/systemd/system")
            .map(Path::of)
            .toList();

    int level() {
        return path.split("/", -1).length;
    }

    /**
     * Looks a service up; empty if it exists but is not running.
     *
     * @throws IsolationException if there is no such service, or services cannot be told apart on this machine
     */
    static Optional<ServiceGroup> find(String unit) throws IsolationException {
        if (!UNIT.matcher(unit).matches()) {
            throw new IsolationException("'" + printable(unit) + "' is not the name of a systemd service", null);
        }
        if (!Files.exists(MOUNT.resolve("cgroup.controllers"))) {
            throw new IsolationException(
                    "the service '" + unit + "' cannot be excluded: this machine has no cgroup v2 at " + MOUNT, null);
        }
        Optional<ServiceGroup> running = search(MOUNT, unit, 0);
        if (running.isEmpty() && UNIT_DIRECTORIES.stream().noneMatch(directory -> known(directory, unit))) {
            throw new IsolationException("there is no service '" + unit + "' on this machine", null);
        }
        return running;
    }

    private static boolean known(Path directory, String unit) {
        int at = unit.indexOf('@');
        String template = at < 0 ? unit : unit.substring(0, at + 1) + ".service";
        return Files.exists(directory.resolve(unit)) || Files.exists(directory.resolve(template));
    }

    /** Users may make cgroups of any name below their own slice, so that one is not searched. */
    private static Optional<ServiceGroup> search(Path directory, String unit, int depth) {
        Path candidate = directory.resolve(unit);
        try {
            if (Files.isDirectory(candidate)) {
                long id = (long) Files.getAttribute(candidate, "unix:ino");
                return Optional.of(new ServiceGroup(MOUNT.relativize(candidate).toString(), id));
            }
            if (depth >= DEEPEST) {
                return Optional.empty();
            }
            try (Stream<Path> children = Files.list(directory)) {
                return children.filter(ServiceGroup::isSystemSlice)
                        .sorted()
                        .map(slice -> search(slice, unit, depth + 1))
                        .flatMap(Optional::stream)
                        .findFirst();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isSystemSlice(Path path) {
        String name = path.getFileName().toString();
        return SLICE.matcher(name).matches() && !name.equals("user.slice") && Files.isDirectory(path);
    }

    static String printable(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
