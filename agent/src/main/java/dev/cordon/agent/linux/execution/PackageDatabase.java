package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.linux.files.RpmProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the installed packages of one kind brought. */
interface PackageDatabase {

    /**
     * A file that a package installed.
     *
     * @param check hash of its content as the package has it, where it does
     */
    record InstalledFile(Path path, Optional<FileHash> check) {}

    /** Takes a file. */
    interface Taker {
        void take(InstalledFile file) throws IOException;
    }

    /**
     * Gives each program and library of the installed packages that is on the disk.
     *
     * @param scripts also files that only interpreters open
     */
    void forEach(boolean scripts, Taker taker) throws IOException, InterruptedException;

    /** Those of this machine. */
    static List<PackageDatabase> ofThisMachine() {
        List<PackageDatabase> found = new ArrayList<>();
        Path dpkg = Path.of("/var/lib/dpkg/info");
        if (Files.isDirectory(dpkg)) {
            found.add(new Dpkg(dpkg, Path.of("/")));
        }
        var root = Path.of("/");
        RpmProgram.below(root).ifPresent(rpm -> found.add(new Rpm(rpm, root)));
        return found;
    }

    /** Endings of files that interpreters run or load. */
    Set<String> SCRIPTS = Set.of(
            "py", "pyc", "pl", "pm", "rb", "sh", "bash", "ksh", "zsh", "lua", "tcl", "js", "mjs", "cjs", "php", "jar",
            "awk");

    /** Whether a file is one that can be started or loaded, by its permissions and its name. */
    static boolean isProgram(Path file, boolean scripts) {
        var last = file.getFileName();
        if (last == null) {
            return false;
        }
        String name = last.toString();
        boolean library = name.endsWith(".so") || name.contains(".so.");
        int dot = name.lastIndexOf('.');
        boolean script = scripts && dot > 0 && SCRIPTS.contains(name.substring(dot + 1));
        return (library || script || Files.isExecutable(file)) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
