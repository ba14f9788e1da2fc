package dev.cordon.agent.collection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is collected on Linux, in the order of volatility (RFC 3227, section 2.1): processes and connections first, then
 * sessions and the kernel, then what starts by itself, users, programs, logs, and at last lists of files. Stateless.
 */
final class LinuxPlan {

    private static final int MOST_HOMES = 200;
    private static final int MOST_LISTED = 100_000;

    private LinuxPlan() {}

    static Plan plan() {
        var first = new ArrayList<Item>();
        processes(first);
        connections(first);
        sessions(first);
        var rest = new ArrayList<Item>();
        var homes = homes();
        kernel(rest);
        autoruns(rest, homes);
        tasksAndServices(rest);
        users(rest, homes);
        programs(rest);
        logs(rest, homes);
        listings(rest);
        return new Plan(first, rest);
    }

    private static void processes(List<Item> items) {
        var processes = new Processes(Path.of("/proc"));
        items.add(Item.Output.of("System information/date.txt", "date", "--iso-8601=ns"));
        items.add(new Item.Written("Processes/processes.jsonl", "/proc, with hashes", processes::table));
        items.add(new Item.Written("Processes/open files.txt", "/proc/*/fd", processes::openFiles));
        items.add(new Item.Written("Processes/mapped files.txt", "/proc/*/maps", processes::mappedFiles));
        items.add(Item.Output.of("Processes/ps.txt", "ps", "-eo", "pid,ppid,user,lstart,tty,stat,pcpu,rss,args"));
    }

    private static void connections(List<Item> items) {
        var folder = "Network connections/";
        items.add(Item.Output.of(folder + "sockets.txt", "ss", "-tuanpe"));
        items.add(Item.Output.of(folder + "listening.txt", "ss", "-tulnp"));
        items.add(Item.Output.of(folder + "unix sockets.txt", "ss", "-xanp"));
        for (var name : List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet", "arp", "route", "dev")) {
            items.add(new Item.Copy(folder + "proc/" + name, Path.of("/proc/net", name)));
        }
        items.add(Item.Output.of(folder + "neighbours.txt", "ip", "neigh", "show"));
        items.add(Item.Output.of(folder + "addresses.txt", "ip", "-details", "addr", "show"));
        items.add(Item.Output.of(folder + "routes.txt", "ip", "route", "show", "table", "all"));
        items.add(Item.Output.of(folder + "rules.txt", "ip", "rule", "show"));
        items.add(Item.Output.of(folder + "firewall nftables.json", "nft", "-j", "list", "ruleset"));
        items.add(Item.Output.of(folder + "firewall iptables.txt", "iptables-save"));
        items.add(Item.Output.of(folder + "firewall ip6tables.txt", "ip6tables-save"));
        items.add(Item.Output.of(folder + "conntrack.txt", "conntrack", "-L"));
        items.add(Item.Output.of(folder + "resolver.txt", "resolvectl", "--no-pager", "status"));
        items.add(Item.Output.of(folder + "resolver cache.txt", "resolvectl", "--no-pager", "show-cache"));
        for (var name : List.of("hosts", "resolv.conf", "nsswitch.conf", "hosts.allow", "hosts.deny", "environment")) {
            items.add(new Item.Copy(folder + "etc/" + name, Path.of("/etc", name)));
        }
        items.add(Item.Output.of(folder + "samba sessions.txt", "smbstatus"));
        items.add(new Item.Tree(folder + "nfs clients", Path.of("/proc/fs/nfsd/clients"), 3));
        items.add(new Item.Copy(folder + "nfs clients/rmtab", Path.of("/var/lib/nfs/rmtab")));
        items.add(new Item.Copy(folder + "network mounts/mounts", Path.of("/proc/self/mounts")));
    }

    private static void sessions(List<Item> items) {
        var folder = "Sessions/";
        items.add(Item.Output.of(folder + "who.txt", "who", "-a"));
        items.add(Item.Output.of(folder + "loginctl.txt", "loginctl", "--no-pager", "list-sessions"));
        items.add(Item.Output.of(folder + "last.txt", "last", "-Faiw", "-n", "5000"));
        items.add(Item.Output.of(folder + "failed.txt", "lastb", "-Faiw", "-n", "5000"));
        items.add(Item.Output.of(folder + "lastlog.txt", "lastlog"));
        for (var name : List.of("/var/run/utmp", "/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog")) {
            items.add(new Item.Copy(folder + name.substring(name.lastIndexOf('/') + 1), Path.of(name)));
        }
    }

    private static void kernel(List<Item> items) {
        var folder = "System information/";
        items.add(Item.Output.of(folder + "kernel log.txt", "dmesg", "--ctime"));
        items.add(Item.Output.of(folder + "uname.txt", "uname", "-a"));
        items.add(Item.Output.of(folder + "sysctl.txt", "sysctl", "-a"));
        items.add(Item.Output.of(folder + "disks.txt", "lsblk", "-f"));
        items.add(Item.Output.of(folder + "free space.txt", "df", "-hT", "--local"));
        items.add(Item.Output.of(folder + "uptime.txt", "uptime"));
        items.add(Item.Output.slow(folder + "hardware.txt", "dmidecode", "--quiet"));
        items.add(Item.Output.of(folder + "devices.txt", "lspci", "-nn"));
        for (var name : List.of(
                "modules",
                "cmdline",
                "version",
                "cpuinfo",
                "meminfo",
                "loadavg",
                "partitions",
                "self/mountinfo",
                "swaps",
                "sys/kernel/tainted")) {
            items.add(new Item.Copy(folder + "proc/" + name, Path.of("/proc", name)));
        }
        for (var name : List.of("os-release", "hostname", "machine-id", "fstab", "timezone")) {
            items.add(new Item.Copy(folder + "etc/" + name, Path.of("/etc", name)));
        }
    }

    private static void autoruns(List<Item> items, Set<Path> homes) {
        var folder = "Autoruns";
        for (var name : List.of(
                "/etc/systemd/system",
                "/etc/systemd/user",
                "/run/systemd/system",
                "/etc/cron.d",
                "/etc/cron.hourly",
                "/etc/cron.daily",
                "/etc/cron.weekly",
                "/etc/cron.monthly",
                "/var/spool/cron",
                "/var/spool/at",
                "/etc/init.d",
                "/etc/profile.d",
                "/etc/ld.so.conf.d",
                "/etc/xdg/autostart",
                "/etc/udev/rules.d",
                "/etc/pam.d",
                "/etc/modules-load.d",
                "/etc/modprobe.d",
                "/etc/apt/apt.conf.d",
                "/etc/update-motd.d")) {
            items.add(new Item.Tree(folder, Path.of(name), 4));
        }
        for (var name : List.of(
                "/etc/crontab",
                "/etc/anacrontab",
                "/etc/rc.local",
                "/etc/profile",
                "/etc/bash.bashrc",
                "/etc/bashrc",
                "/etc/zsh/zshrc",
                "/etc/environment",
                "/etc/ld.so.preload",
                "/etc/ld.so.conf",
                "/etc/modules")) {
            items.add(new Item.Copy(folder + name, Path.of(name)));
        }
        for (var home : homes) {
            for (var name : List.of(
                    ".bashrc",
                    ".bash_profile",
                    ".bash_login",
                    ".bash_logout",
                    ".profile",
                    ".zshrc",
                    ".zprofile",
                    ".ssh/rc",
                    ".config/systemd/user",
                    ".config/autostart")) {
                addIfThere(items, new Item.Tree(folder, home.resolve(name), 3));
            }
        }
    }

    private static void tasksAndServices(List<Item> items) {
        items.add(Item.Output.of("Services/units.txt", "systemctl", "--no-pager", "--full", "list-units", "--all"));
        items.add(Item.Output.slow("Services/unit files.txt", "systemctl", "--no-pager", "--full", "list-unit-files"));
        items.add(Item.Output.of("Scheduled tasks/timers.txt", "systemctl", "--no-pager", "list-timers", "--all"));
        items.add(Item.Output.of("Scheduled tasks/at.txt", "atq"));
    }

    private static void users(List<Item> items, Set<Path> homes) {
        var folder = "Users and groups";
        for (var name : List.of("passwd", "group", "sudoers", "login.defs", "shadow", "ssh/sshd_config")) {
            items.add(new Item.Copy(folder + "/etc/" + name, Path.of("/etc", name)));
        }
        items.add(new Item.Tree(folder, Path.of("/etc/sudoers.d"), 2));
        items.add(new Item.Tree(folder, Path.of("/etc/ssh/sshd_config.d"), 2));
        for (var home : homes) {
            for (var name :
                    List.of(".ssh/authorized_keys", ".ssh/authorized_keys2", ".ssh/known_hosts", ".ssh/config")) {
                addIfThere(items, new Item.Tree(folder, home.resolve(name), 1));
            }
        }
    }

    private static void programs(List<Item> items) {
        var folder = "Installed programs/";
        items.add(Item.Output.slow(
                folder + "dpkg.txt", "dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\t${Status}\n"));
        items.add(Item.Output.slow(folder + "rpm.txt", "rpm", "-qa", "--last"));
        items.add(Item.Output.of(folder + "snap.txt", "snap", "list", "--all"));
        items.add(Item.Output.of(folder + "flatpak.txt", "flatpak", "list"));
        for (var name : List.of("dpkg.log", "apt/history.log", "apt/term.log", "dnf.log", "yum.log", "zypp/history")) {
            items.add(new Item.Copy(folder + name, Path.of("/var/log", name)));
        }
        items.add(Item.Output.of("Containers/docker.txt", "docker", "ps", "--all", "--no-trunc"));
        items.add(Item.Output.of("Containers/podman.txt", "podman", "ps", "--all", "--no-trunc"));
        items.add(Item.Output.of("Containers/machines.txt", "machinectl", "--no-pager", "list", "--all"));
        items.add(Item.Output.of("Containers/virtual machines.txt", "virsh", "list", "--all"));
    }

    private static void logs(List<Item> items, Set<Path> homes) {
        var folder = "Logs";
        items.add(Item.Output.slow(
                folder + "/journal.export", "journalctl", "--no-pager", "-o", "export", "-n", "20000"));
        items.add(Item.Output.of(
                folder + "/agent.txt", "journalctl", "--no-pager", "-u", "cordon-agent.service", "-n", "10000"));
        items.add(Item.Output.of(folder + "/antivirus version.txt", "clamd", "--version"));
        for (var name : List.of(
                "auth.log",
                "secure",
                "syslog",
                "messages",
                "kern.log",
                "cron",
                "cron.log",
                "boot.log",
                "audit/audit.log",
                "faillog",
                "clamav/clamav.log",
                "clamav/freshclam.log")) {
            items.add(new Item.Copy(folder + "/" + name, Path.of("/var/log", name)));
        }
        for (var home : homes) {
            for (var name : List.of(".bash_history", ".zsh_history", ".python_history", ".mysql_history", ".lesshst")) {
                addIfThere(items, new Item.Tree(folder, home.resolve(name), 1));
            }
        }
    }

    private static void listings(List<Item> items) {
        var temporary = List.of("/tmp", "/var/tmp", "/dev/shm", "/run/user");
        items.add(new Item.Written(
                "Temp directories/listing.txt",
                String.join(" ", temporary),
                new FileListing(temporary.stream().map(Path::of).toList(), 16, MOST_LISTED)));
        var programs = List.of("/usr/local", "/opt", "/etc", "/boot", "/root");
        items.add(new Item.Written(
                "File listings/changeable.txt",
                String.join(" ", programs),
                new FileListing(programs.stream().map(Path::of).toList(), 12, MOST_LISTED)));
        items.add(Item.Output.slow(
                "File listings/set-id files.txt",
                "find",
                "/",
                "-xdev",
                "-type",
                "f",
                "-perm",
                "/6000",
                "-printf",
                "%M %u %g %s %t %p\\n"));
        items.add(Item.Output.slow("File listings/immutable in etc.txt", "lsattr", "-Ra", "/etc"));
        items.add(Item.Output.slow("File listings/file capabilities.txt", "getcap", "-r", "/usr", "/opt"));
    }

    private static void addIfThere(List<Item> items, Item.Tree tree) {
        if (Files.exists(tree.root(), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            items.add(tree);
        }
    }

    /** The home folders of those who can have one: root and ordinary users. */
    private static Set<Path> homes() {
        var homes = new LinkedHashSet<Path>();
        try {
            for (var line : Files.readAllLines(Path.of("/etc/passwd"))) {
                var fields = line.split(":", -1);
                if (fields.length > 6
                        && (fields[2].equals("0") || fields[2].length() >= 4)
                        && fields[5].startsWith("/")) {
                    homes.add(Path.of(fields[5]).normalize());
                }
            }
            var above = Path.of("/home");
            if (Files.isDirectory(above)) {
                try (var folders = Files.newDirectoryStream(above)) {
                    folders.forEach(homes::add);
                }
            }
        } catch (IOException | java.nio.file.InvalidPathException e) {
            homes.add(Path.of("/root"));
        }
        homes.removeIf(home -> home.getNameCount() == 0 || !Files.isDirectory(home));
        return homes.stream().limit(MOST_HOMES).collect(java.util.stream.Collectors.toCollection(LinkedHashSet::new));
    }
}
