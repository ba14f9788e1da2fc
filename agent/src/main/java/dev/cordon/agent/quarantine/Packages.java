package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The installed packages without which the machine does not work, and their files, by dpkg's database (dpkg(1),
 * deb-control(5)): those marked {@code Essential: yes} or of the priority {@code required}, the init system, the remote
 * shell's server, and all they depend on; and by rpm's, see {@link RpmPackages}.
 *
 * <p>Where there is no such database, nothing is known of packages; the files that any Linux needs are then named one by
 * one. Not thread-safe.
 */
final class Packages {

    private static final Set<String> NEEDED = Set.of(
            "systemd",
            "systemd-sysv",
            "init",
            "sysvinit-core",
            "openrc",
            "openssh-server",
            "dbus",
            "dbus-daemon",
            "udev",
            "sudo",
            "login",
            "passwd",
            "libpam-modules",
            "libpam-runtime",
            "libpam-systemd",
            "libnss-systemd");
    private static final List<String> WITHOUT_DATABASE = List.of(
            "/sbin/init",
            "/usr/lib/systemd/systemd",
            "/lib/systemd/systemd",
            "/usr/bin/bash",
            "/bin/bash",
            "/usr/bin/sh",
            "/bin/sh",
            "/usr/bin/dash",
            "/bin/busybox",
            "/usr/bin/coreutils",
            "/usr/sbin/sshd",
            "/usr/bin/login",
            "/usr/bin/sudo",
            "/usr/bin/mount",
            "/usr/bin/systemctl",
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib64/libc.so.6",
            "/usr/lib64/libc.so.6",
            "/lib/libc.so.6",
            "/lib/ld-musl-x86_64.so.1",
            "/lib/ld-musl-aarch64.so.1");
    private static final Pattern SEPARATOR = Pattern.compile("[,|]");

    private final FileCalls calls;
    private final RawPath database;
    private final SmallFiles files;
    private final RawPath protectedNames;
    private final RpmDatabase rpm;
    private final Log log;

    Packages(Surroundings around) {
        this.calls = around.files();
        this.database = around.at("/var/lib/dpkg");
        this.protectedNames = around.at("/etc/dnf/protected.d");
        this.rpm = around.rpm();
        this.log = around.log();
        this.files = new SmallFiles(calls);
    }

    interface Visitor {
        /** Whether to go on. */
        boolean file(String path, String owner) throws InterruptedException;
    }

    /** Shows each file of the packages the machine needs, as the database spells it. */
    void needed(Visitor visitor) throws InterruptedException {
        var names = neededNames();
        if (!names.isEmpty()) {
            ofDpkg(names, visitor);
        } else if (!ofRpm(visitor)) {
            for (var path : WITHOUT_DATABASE) {
                if (!visitor.file(path, "the base system")) {
                    return;
                }
            }
        }
    }

    private boolean ofRpm(Visitor visitor) throws InterruptedException {
        try {
            return rpm.present() && new RpmPackages(rpm).needed(protectedNames(), visitor);
        } catch (IOException e) {
            log.warn(e, "rpm-database-not-read");
            return false;
        }
    }

    /** One name a line, in any file of the folder that ends in {@code .conf}. */
    private Set<String> protectedNames() {
        Set<String> names = new HashSet<>();
        for (var file : files.list(protectedNames)) {
            if (new String(file.name(), StandardCharsets.ISO_8859_1).endsWith(".conf")) {
                files.lines(file).forEach(line -> names.add(line.strip()));
            }
        }
        return names;
    }

    private void ofDpkg(Set<String> names, Visitor visitor) throws InterruptedException {
        for (var list : files.list(database.resolve("info"))) {
            var name = new String(list.name(), StandardCharsets.ISO_8859_1);
            if (!name.endsWith(".list")) {
                continue;
            }
            var owner = name.substring(0, name.length() - ".list".length()).replaceFirst(":.*", "");
            if (names.contains(owner)) {
                for (var path : files.lines(list)) {
                    if (!path.isEmpty() && !visitor.file(path, "the package " + owner)) {
                        return;
                    }
                }
            }
        }
    }

    private Set<String> neededNames() {
        Map<String, List<String>> dependencies = new HashMap<>();
        var waiting = new ArrayDeque<String>();
        readStatus((name, required, depends) -> {
            dependencies.put(name, depends);
            if (required || NEEDED.contains(name)) {
                waiting.add(name);
            }
        });
        Set<String> needed = new HashSet<>();
        while (!waiting.isEmpty()) {
            var name = waiting.remove();
            if (dependencies.containsKey(name) && needed.add(name)) {
                waiting.addAll(dependencies.getOrDefault(name, List.of()));
            }
        }
        return needed;
    }

    private interface Paragraph {
        void take(String name, boolean required, List<String> depends);
    }

    /** Reads the database in pieces: it has megabytes. */
    private void readStatus(Paragraph sink) {
        try (var folder = Handle.folder(calls, database);
                var file = folder.file("status".getBytes(StandardCharsets.US_ASCII))) {
            var buffer = ByteBuffer.allocateDirect(64 * 1024);
            var line = new StringBuilder();
            var paragraph = new HashMap<String, String>();
            long offset = 0;
            for (int count = calls.read(file.descriptor(), buffer, 0);
                    count > 0;
                    count = calls.read(file.descriptor(), buffer.clear(), offset)) {
                offset += count;
                buffer.flip();
                while (buffer.hasRemaining()) {
                    char c = (char) (buffer.get() & 0xff);
                    if (c != '\n') {
                        line.append(c);
                        continue;
                    }
                    line(line.toString(), paragraph, sink);
                    line.setLength(0);
                }
            }
            line("", paragraph, sink);
        } catch (FileCallException e) {
            // no such database
        }
    }

    private static void line(String line, Map<String, String> paragraph, Paragraph sink) {
        if (!line.isEmpty()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != ' ') {
                var field = line.substring(0, colon);
                if (Set.of("Package", "Status", "Essential", "Priority", "Depends", "Pre-Depends")
                        .contains(field)) {
                    paragraph.put(field, line.substring(colon + 1).strip());
                }
            }
            return;
        }
        var name = paragraph.get("Package");
        if (name != null && paragraph.getOrDefault("Status", "").endsWith(" installed")) {
            boolean required = "yes".equals(paragraph.get("Essential")) || "required".equals(paragraph.get("Priority"));
            var all = paragraph.getOrDefault("Depends", "") + "," + paragraph.getOrDefault("Pre-Depends", "");
            sink.take(
                    name,
                    required,
                    SEPARATOR
                            .splitAsStream(all)
                            .map(each -> each.strip().replaceFirst("[ (:].*", ""))
                            .filter(each -> !each.isEmpty())
                            .toList());
        }
        paragraph.clear();
    }
}
