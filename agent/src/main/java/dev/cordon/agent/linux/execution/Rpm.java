package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Packages of RPM, asked of its own program: {@code rpm -qa --dump} gives a line a file, of which the first field is the
 * name and the fourth the check value, SHA-256 in every package of the last ten years (rpm(8)).
 */
final class Rpm implements PackageDatabase {

    private static final int FIELDS_BEHIND_NAME = 10;
    private static final int SECONDS = 120;

    @Override
    public void forEach(boolean scripts, Taker taker) throws IOException, InterruptedException {
        var process = new ProcessBuilder("rpm", "-qa", "--dump")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var ending = Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        });
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                var file = parse(line);
                if (file.isPresent() && PackageDatabase.isProgram(file.get().path(), scripts)) {
                    taker.take(file.get());
                }
            }
            if (process.waitFor() != 0) {
                throw new IOException("rpm -qa --dump ended with status " + process.exitValue());
            }
        } finally {
            process.destroyForcibly();
            ending.interrupt();
        }
    }

    /** Ten fields follow the name, which may hold blanks itself. */
    static Optional<InstalledFile> parse(String line) {
        String[] fields = line.split(" ", -1);
        int behind = fields.length - FIELDS_BEHIND_NAME;
        if (behind < 1 || !line.startsWith("/")) {
            return Optional.empty();
        }
        try {
            var name = String.join(" ", java.util.Arrays.copyOf(fields, behind));
            String check = fields[behind + 2];
            return Optional.of(new InstalledFile(
                    Path.of(name), check.length() == 64 ? Optional.of(FileHash.parse(check)) : Optional.empty()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
