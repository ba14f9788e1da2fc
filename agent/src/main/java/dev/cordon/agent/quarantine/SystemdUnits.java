package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.vault.Lines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The files of systemd's units that start the wanted file (systemd.unit(5), systemd.service(5)), with what starts or
 * enables such a unit. A unit that does anything else stays, and so does a unit of the distribution that was only hidden
 * by one of the same name.
 *
 * <p>What leads to a unit comes before it: once the unit is gone, nobody can tell what the rest was for, and the agent may
 * end at any time. For one thread.
 */
final class SystemdUnits {

    private final SmallFiles files;
    private final Mention mention;
    private final Map<RawPath, Entry> unitFiles = new LinkedHashMap<>();
    private final Map<RawPath, Entry> starters = new LinkedHashMap<>();
    private final Map<RawPath, Entry> links = new LinkedHashMap<>();

    SystemdUnits(SmallFiles files, Mention mention) {
        this.files = files;
        this.mention = mention;
    }

    /** What was found, in the order in which it is to be taken away. */
    Map<RawPath, Entry> entries() {
        Map<RawPath, Entry> entries = new LinkedHashMap<>(links);
        entries.putAll(starters);
        unitFiles.forEach(entries::putIfAbsent);
        return entries;
    }

    /**
     * Looks at the units of one service manager.
     *
     * @param folders where it looks for them, and nobody else does
     * @param gone units that it has from elsewhere, and that are taken away there
     * @return the names of those of which nothing is left, and of what starts them
     */
    Set<String> find(List<RawPath> folders, Set<String> gone) {
        Set<String> taken = new LinkedHashSet<>();
        folders.forEach(folder -> unitsIn(folder, taken));
        taken.removeIf(name -> folders.stream().anyMatch(folder -> isLeft(folder.resolve(name))));
        taken.addAll(gone);
        folders.forEach(folder -> startersIn(folder, taken));
        folders.forEach(folder -> enabledIn(folder, taken));
        return taken;
    }

    private boolean isLeft(RawPath unit) {
        return !(unitFiles.get(unit) instanceof Entry.Whole) && files.read(unit).isPresent();
    }

    private void unitsIn(RawPath folder, Set<String> taken) {
        for (var file : files.list(folder)) {
            var name = text(file.name());
            if (name.endsWith(".d")) {
                files.list(file).forEach(dropIn -> look(dropIn, false));
            } else if (name.endsWith(".service")) {
                if (look(file, true)) {
                    taken.add(name);
                }
            } else if (name.endsWith(".socket") || name.endsWith(".mount")) {
                look(file, false);
            }
        }
    }

    /**
     * Looks at a file of a unit.
     *
     * @param service whether it is a service's own file, which is there to start something and nothing else; any other
     *     one may hold settings that are needed without it
     * @return whether all of it is to be taken away
     */
    private boolean look(RawPath file, boolean service) {
        var content = files.read(file).filter(mention::in);
        if (content.isEmpty()) {
            return false;
        }
        List<byte[]> starting = new ArrayList<>();
        List<byte[]> emptying = new ArrayList<>();
        int others = 0;
        for (byte[] line : Lines.logical(content.get())) {
            var text = text(line).strip();
            boolean command = text.startsWith("Exec");
            if (command && mention.in(text)) {
                starting.add(line);
            } else if (command && text.endsWith("=")) {
                emptying.add(line);
            } else if (command || (!service && isSetting(text))) {
                others++;
            }
        }
        if (starting.isEmpty()) {
            return false;
        }
        if (others == 0) {
            unitFiles.put(file, new Entry.Whole(file, "a systemd unit that starts it"));
            return true;
        }
        // "ExecStart=" makes room for the command in the next line: without that it would leave the service with none
        var keys = starting.stream().map(SystemdUnits::key).collect(Collectors.toSet());
        emptying.stream().filter(line -> keys.contains(key(line))).forEach(starting::add);
        unitFiles.put(file, new Entry.Some(file, starting, "a systemd unit"));
        return false;
    }

    private static String key(byte[] line) {
        var text = text(line).strip();
        return text.substring(0, Math.max(0, text.indexOf('='))).strip();
    }

    private static boolean isSetting(String line) {
        return !line.isEmpty() && "[#;".indexOf(line.charAt(0)) < 0;
    }

    /** Timers, sockets and paths that start such a unit. */
    private void startersIn(RawPath folder, Set<String> taken) {
        for (var file : files.list(folder)) {
            var name = text(file.name());
            if (isStarter(file, name, taken)) {
                starters.put(file, new Entry.Whole(file, "a systemd unit that starts it at a time or an event"));
                taken.add(name);
            }
        }
    }

    private boolean isStarter(RawPath file, String name, Set<String> taken) {
        if (!name.endsWith(".timer") && !name.endsWith(".path") && !name.endsWith(".socket")) {
            return false;
        }
        var service = name.substring(0, name.lastIndexOf('.')) + ".service";
        for (var line : files.lines(file)) {
            var text = line.strip();
            if (text.startsWith("Unit=") || text.startsWith("Service=")) {
                service = text.substring(text.indexOf('=') + 1).strip();
            }
        }
        return taken.contains(service) && files.read(file).isPresent();
    }

    /** Links that enable such a unit. */
    private void enabledIn(RawPath folder, Set<String> taken) {
        for (var entry : files.list(folder)) {
            var name = text(entry.name());
            if (name.endsWith(".wants") || name.endsWith(".requires")) {
                files.list(entry).forEach(link -> enabling(link, taken));
            } else {
                enabling(entry, taken);
            }
        }
    }

    private void enabling(RawPath link, Set<String> taken) {
        files.link(link).ifPresent(target -> {
            var leadsTo = text(target);
            if (taken.contains(leadsTo.substring(leadsTo.lastIndexOf('/') + 1)) || taken.contains(text(link.name()))) {
                links.put(link, new Entry.Link(link, "a link that enables its systemd unit"));
            }
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
