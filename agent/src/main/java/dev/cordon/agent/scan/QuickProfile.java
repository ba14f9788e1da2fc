package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where malware is met: what runs, what starts by itself, what anybody may write, what came lately. In this order, so
 * that a scan that is cut short has seen what matters most.
 */
record QuickProfile() implements Profile {

    private static final Duration LATELY = Duration.ofDays(3);
    private static final int HOME_DEPTH = 2;
    private static final List<String> ANYBODYS = List.of("tmp", "var/tmp", "dev/shm", "run/user");
    private static final List<String> PROGRAMS =
            List.of("etc", "usr", "opt", "srv", "home", "root", "var/www", "var/spool", "var/lib");

    @Override
    public void walk(Surroundings machine, Finds finds) throws InterruptedException, EngineException {
        var mounts = machine.mounts();
        var seen = new SeenFiles();
        var walk = new Walk(mounts, finds, seen, machine.excluded());
        new RunningFiles(machine.root(), mounts, finds, seen).walk();
        new Autostart(machine.root(), mounts, finds, walk).walk();
        for (String place : ANYBODYS) {
            walk.all(machine.root().resolve(place));
        }
        for (Path home : homes(machine.root())) {
            walk.files(home, HOME_DEPTH, attributes -> true);
        }
        var since = FileTime.from(machine.now().minus(LATELY));
        for (String place : PROGRAMS) {
            walk.files(
                    machine.root().resolve(place),
                    Integer.MAX_VALUE,
                    attributes -> attributes.changed().compareTo(since) > 0);
        }
    }

    private static List<Path> homes(Path root) {
        List<Path> homes = new ArrayList<>(List.of(root.resolve("root")));
        try (var users = Files.newDirectoryStream(root.resolve("home"))) {
            users.forEach(homes::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // no folder of homes on this machine
        }
        return homes;
    }
}
