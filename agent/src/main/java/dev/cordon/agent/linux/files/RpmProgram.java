package dev.cordon.agent.linux.files;

import dev.cordon.agent.quarantine.RpmDatabase;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Asks rpm(8), with a limit on the time. Which format a database has (Berkeley DB, ndb, SQLite) is rpm's own business;
 * where it lies differs between distributions and is said in each call. Immutable.
 *
 * @param folder of the database
 */
public record RpmProgram(Path folder) implements RpmDatabase {

    private static final List<String> FOLDERS = List.of("var/lib/rpm", "usr/lib/sysimage/rpm");
    private static final List<String> DATABASES = List.of("rpmdb.sqlite", "Packages", "Packages.db");
    private static final int SECONDS = 120;

    /**
     * The database of a machine, if rpm's program is here too. Folders that an unused rpm left empty do not count.
     *
     * @param root of the machine
     */
    public static Optional<RpmProgram> below(Path root) {
        boolean installed = Stream.of(
                        System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "rpm")));
        return FOLDERS.stream()
                .map(folder -> new RpmProgram(root.resolve(folder)))
                .filter(each -> installed && each.present())
                .findFirst();
    }

    @Override
    public boolean present() {
        return DATABASES.stream().map(folder::resolve).anyMatch(Files::isRegularFile);
    }

    @Override
    public int query(List<String> arguments, LineTaker lines) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("rpm", "--dbpath", folder.toString(), "-q"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        var late = new boolean[1];
        var ending = Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    late[0] = true;
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        });
        try (BufferedReader reader = process.inputReader(StandardCharsets.ISO_8859_1)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.take(line);
            }
            int status = process.waitFor();
            if (late[0]) {
                throw new IOException("rpm did not answer within " + SECONDS + " s");
            }
            return status;
        } finally {
            process.destroyForcibly();
            ending.interrupt();
        }
    }
}
