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
import java.util.function.Predicate;

/**
 * Where a Linux machine lets files be started by themselves (systemd.unit(5), crontab(5), at(1), the desktop entry
 * specification's autostart, rc.local, bash(1) INVOCATION, ld.so(8), udev(7), pam.conf(5), sshd(8) authorized_keys): the
 * entries that name the wanted file by its path. What only starts it is an entry as a whole; of what serves others too,
 * the lines are. A name that is put together at run time is not seen.
 *
 * <p>For one thread.
 */
final class Persistence {

    private static final List<String> UNITS = List.of(
            "/etc/systemd/system",
            "/run/systemd/system",
            "/usr/local/lib/systemd/system",
            "/usr/lib/systemd/system",
            "/lib/systemd/system");
    private static final List<String> USER_UNITS =
            List.of("/etc/systemd/user", "/run/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user");
    private static final List<String> HOME_UNITS = List.of(".config/systemd/user", ".local/share/systemd/user");
    private static final List<String> JOB_FOLDERS = List.of(
            "/etc/cron.d",
            "/etc/cron.hourly",
            "/etc/cron.daily",
            "/etc/cron.weekly",
            "/etc/cron.monthly",
            "/etc/profile.d",
            "/etc/init.d",
            "/etc/X11/Xsession.d",
            "/etc/update-motd.d",
            "/etc/network/if-up.d",
            "/etc/NetworkManager/dispatcher.d");
    private static final List<String> SHARED_FOLDERS =
            List.of("/var/spool/cron/crontabs", "/var/spool/cron", "/etc/pam.d");
    private static final List<String> SHARED = List.of(
            "/etc/crontab",
            "/etc/anacrontab",
            "/etc/rc.local",
            "/etc/rc.d/rc.local",
            "/etc/profile",
            "/etc/bash.bashrc",
            "/etc/bashrc",
            "/etc/environment",
            "/etc/zsh/zshenv",
            "/etc/zsh/zprofile",
            "/etc/zsh/zshrc",
            "/etc/zshenv",
            "/etc/zshrc",
            "/etc/ld.so.preload",
            "/etc/pam.conf",
            "/etc/inittab");
    private static final List<String> HOME_SHARED = List.of(
            ".bashrc",
            ".profile",
            ".bash_profile",
            ".bash_login",
            ".bash_logout",
            ".zshenv",
            ".zprofile",
            ".zshrc",
            ".zlogin",
            ".xprofile",
            ".xinitrc",
            ".xsession",
            ".xsessionrc",
            ".pam_environment",
            ".ssh/authorized_keys",
            ".ssh/authorized_keys2",
            ".ssh/rc",
            ".config/fish/config.fish");
    private static final List<String> RULES =
            List.of("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d");
    private static final List<String> AT_JOBS = List.of("/var/spool/cron/atjobs", "/var/spool/at", "/var/spool/atjobs");
    private static final int MANY_HOMES = 10_000;

    private final Surroundings around;
    private final SmallFiles files;
    private final Mention mention;
    private final Map<RawPath, Entry> entries = new LinkedHashMap<>();
    private final Set<String> units = new LinkedHashSet<>();

    /** @param places of the wanted file, as the machine itself sees them */
    Persistence(Surroundings around, List<RawPath> places) {
        this.around = around;
        this.files = new SmallFiles(around.files());
        this.mention = new Mention(places);
    }

    /** All that starts the file, in the order in which it is to be taken away. */
    List<Entry> find() {
        var homes = homes();
        var systemd = new SystemdUnits(files, mention);
        units.addAll(systemd.find(at(UNITS), Set.of()));
        var ofUsers = systemd.find(at(USER_UNITS), Set.of());
        for (var home : homes) {
            systemd.find(HOME_UNITS.stream().map(home::resolve).toList(), ofUsers);
        }
        entries.putAll(systemd.entries());
        at(JOB_FOLDERS).forEach(folder -> files.list(folder).forEach(this::job));
        at(SHARED_FOLDERS).forEach(folder -> files.list(folder).forEach(file -> lines(file, "an entry", any -> true)));
        at(SHARED).forEach(file -> lines(file, "an entry", any -> true));
        homes.forEach(home -> HOME_SHARED.forEach(file -> lines(home.resolve(file), "an entry", any -> true)));
        at(RULES)
                .forEach(folder -> files.list(folder)
                        .forEach(file -> lines(
                                file,
                                "a device rule",
                                line -> line.contains("RUN") || line.contains("PROGRAM") || line.contains("IMPORT"))));
        at(AT_JOBS).forEach(folder -> files.list(folder).forEach(this::atJob));
        desktopEntries(around.at("/etc/xdg/autostart"));
        homes.forEach(home -> desktopEntries(home.resolve(".config/autostart")));
        return List.copyOf(entries.values());
    }

    /**
     * The machine's units that went with it, to be ended. Users' units are not among them: they may have any name, also
     * that of a unit of the machine, and what they run is ended as a process.
     */
    Set<String> units() {
        return units;
    }

    private List<RawPath> at(List<String> paths) {
        return paths.stream().map(around::at).toList();
    }

    private Set<RawPath> homes() {
        Set<RawPath> homes = new LinkedHashSet<>();
        homes.add(around.at("/root"));
        for (var line : files.lines(around.at("/etc/passwd"))) {
            var fields = line.split(":", -1);
            if (fields.length > 5 && fields[5].startsWith("/") && fields[5].length() > 1 && homes.size() < MANY_HOMES) {
                try {
                    homes.add(around.root().append(RawPath.of(fields[5].getBytes(StandardCharsets.ISO_8859_1))));
                } catch (IllegalArgumentException e) {
                    // no path
                }
            }
        }
        files.list(around.at("/home")).stream().limit(MANY_HOMES).forEach(homes::add);
        return homes;
    }

    /** A script or table in a folder of them: a link to the file, a file that does nothing else, or lines of it. */
    private void job(RawPath file) {
        var link = files.link(file);
        if (link.isPresent()) {
            if (mention.in(link.get())) {
                entries.put(file, new Entry.Link(file, "a link that lets it be started"));
            }
            return;
        }
        files.read(file).ifPresent(content -> {
            boolean onlyThat = mention.in(content)
                    && Lines.logical(content).stream()
                            .map(line -> text(line).strip())
                            .allMatch(line -> isIdle(line) || mention.in(line));
            if (onlyThat) {
                entries.put(file, new Entry.Whole(file, "a job that starts it"));
            } else {
                lines(file, "an entry", any -> true);
            }
        });
    }

    private static boolean isIdle(String line) {
        return line.isEmpty()
                || line.startsWith("#")
                || line.startsWith("set ")
                || line.startsWith("exit")
                || line.matches("[A-Za-z_]+ *=.*");
    }

    private void atJob(RawPath file) {
        if (files.read(file).filter(mention::in).isPresent()) {
            entries.put(file, new Entry.Whole(file, "a job of at that starts it"));
        }
    }

    private void desktopEntries(RawPath folder) {
        for (var file : files.list(folder)) {
            boolean starts = files.lines(file).stream()
                    .anyMatch(line -> (line.startsWith("Exec") || line.startsWith("TryExec")) && mention.in(line));
            if (starts) {
                entries.put(file, new Entry.Whole(file, "an autostart entry of the desktop"));
            }
        }
    }

    private void lines(RawPath file, String what, Predicate<String> kind) {
        if (entries.containsKey(file)) {
            return;
        }
        files.read(file).filter(mention::in).ifPresent(content -> {
            List<byte[]> found = new ArrayList<>();
            for (byte[] line : Lines.logical(content)) {
                var text = text(line);
                if (!text.strip().startsWith("#") && mention.in(text) && kind.test(text)) {
                    found.add(line);
                }
            }
            if (!found.isEmpty()) {
                entries.put(file, new Entry.Some(file, found, what));
            }
        });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
