package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine starts by itself: the files that say so (units, timers, cron, at, autostart, profiles, preloads, udev,
 * PAM), and every file that is named in one of them by its whole path.
 */
final class Autostart {

    private static final int MOST_READ = 256 * 1024;
    private static final int DEEP = 4;
    private static final List<String> PLACES = List.of(
            "etc/systemd",
            "run/systemd/system",
            "usr/local/lib/systemd",
            "usr/lib/systemd/system",
            "usr/lib/systemd/user",
            "lib/systemd/system",
            "etc/crontab",
            "etc/anacrontab",
            "etc/cron.d",
            "etc/cron.hourly",
            "etc/cron.daily",
            "etc/cron.weekly",
            "etc/cron.monthly",
            "var/spool/cron",
            "var/spool/at",
            "etc/xdg/autostart",
            "etc/init.d",
            "etc/rc.local",
            "etc/profile",
            "etc/profile.d",
            "etc/bash.bashrc",
            "etc/environment",
            "etc/ld.so.preload",
            "etc/udev/rules.d",
            "etc/pam.d",
            "etc/modules-load.d",
            "etc/update-motd.d");
    private static final List<String> OF_A_USER = List.of(
            ".config/systemd/user", ".config/autostart", ".profile", ".bash_profile", ".bashrc", ".zshrc", ".ssh");

    private final Path root;
    private final Mounts mounts;
    private final Finds finds;
    private final Walk walk;

    Autostart(Path root, Mounts mounts, Finds finds, Walk walk) {
        this.root = root;
        this.mounts = mounts;
        this.finds = finds;
        this.walk = walk;
    }

    void walk() throws InterruptedException, EngineException {
        for (String place : PLACES) {
            entries(root.resolve(place));
        }
        entries(root.resolve("root"), OF_A_USER);
        try (var users = Files.newDirectoryStream(root.resolve("home"))) {
            for (Path home : users) {
                entries(home, OF_A_USER);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // no folder of homes on this machine
        }
    }

    private void entries(Path home, List<String> names) throws InterruptedException, EngineException {
        for (String name : names) {
            entries(home.resolve(name));
        }
    }

    private void entries(Path place) throws InterruptedException, EngineException {
        try {
            var attributes = Attributes.of(place);
            if (attributes.isRegular()) {
                entry(place, attributes);
            } else if (attributes.isDirectory()) {
                List<Path> files = new ArrayList<>();
                new Walk(mounts, new Listing(files), new SeenFiles(), List.of()).files(place, DEEP, any -> true);
                for (Path file : files) {
                    entry(file, Attributes.of(file));
                }
            }
        } catch (IOException e) {
            // not on this machine, or gone meanwhile
        }
    }

    private record Listing(List<Path> files) implements Finds {

        private static final int MOST = 20_000;

        @Override
        public void file(Candidate candidate) {
            if (files.size() < MOST) {
                files.add(candidate.open());
            }
        }

        @Override
        public void unreadable(Path path) {
            // told when it is walked as a place of its own
        }
    }

    private void entry(Path file, Attributes attributes) throws InterruptedException, EngineException {
        Walk.stopIfInterrupted();
        if (attributes.isRegular()) {
            walk.file(file, attributes);
            for (String name : named(file)) {
                target(name);
            }
        }
    }

    private void target(String name) throws InterruptedException, EngineException {
        try {
            // programs are often named by a link: /etc/alternatives, /bin
            Path target = root.resolve(name.substring(1)).toRealPath();
            if (target.startsWith(root) && !mounts.ofNetwork(target)) {
                var attributes = Attributes.of(target);
                if (attributes.isRegular()) {
                    walk.file(target, attributes);
                }
            }
        } catch (IOException | InvalidPathException e) {
            // no path, or one that is not there
        }
    }

    private List<String> named(Path file) {
        byte[] head;
        try (var in = Files.newInputStream(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            head = in.readNBytes(MOST_READ);
        } catch (IOException e) {
            finds.unreadable(file);
            return List.of();
        }
        List<String> names = new ArrayList<>();
        var text = new String(head, StandardCharsets.UTF_8);
        int at = text.indexOf('/');
        while (at >= 0) {
            int end = at;
            while (end < text.length() && !endsName(text.charAt(end))) {
                end++;
            }
            if (end - at > 3 && (at == 0 || startsName(text.charAt(at - 1)))) {
                names.add(text.substring(at, end));
            }
            at = text.indexOf('/', Math.max(end, at + 1));
        }
        return names;
    }

    private static boolean startsName(char before) {
        return before <= ' ' || "=\"'`-@!+:|;&(<>,".indexOf(before) >= 0;
    }

    private static boolean endsName(char c) {
        return c <= ' ' || "\"'`|;&()<>,:*?$".indexOf(c) >= 0;
    }
}
