package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Debian's packages: {@code PACKAGE.list} names the files, {@code PACKAGE.md5sums} the MD5 of most of them, without the
 * slash in front (deb-md5sums(5)). Diverted files are under another name and are left out.
 *
 * @param info the folder of these files
 * @param root where the files lie
 */
record Dpkg(Path info, Path root) implements PackageDatabase {

    private static final int MD5_DIGITS = 32;

    @Override
    public void forEach(boolean scripts, Taker taker) throws IOException {
        try (DirectoryStream<Path> lists = Files.newDirectoryStream(info, "*.list")) {
            for (var list : lists) {
                String name = list.getFileName().toString();
                var sums = sums(info.resolve(name.substring(0, name.length() - ".list".length()) + ".md5sums"));
                each(list, line -> {
                    if (line.length() > 1 && line.charAt(0) == '/') {
                        Path file = path(line.substring(1));
                        if (file != null && PackageDatabase.isProgram(file, scripts)) {
                            taker.take(new InstalledFile(file, Optional.ofNullable(sums.get(line.substring(1)))));
                        }
                    }
                });
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private @org.jspecify.annotations.Nullable Path path(String name) {
        try {
            return root.resolve(name);
        } catch (java.nio.file.InvalidPathException e) {
            return null;
        }
    }

    private static Map<String, FileHash> sums(Path file) throws IOException {
        Map<String, FileHash> sums = new HashMap<>();
        if (Files.exists(file)) {
            each(file, line -> {
                if (line.length() > MD5_DIGITS + 2) {
                    try {
                        sums.put(line.substring(MD5_DIGITS + 2), FileHash.parse(line.substring(0, MD5_DIGITS)));
                    } catch (IllegalArgumentException e) {
                        // no check value on this line
                    }
                }
            });
        }
        return sums;
    }

    private static void each(Path file, LineTaker taker) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                taker.take(line);
            }
        } catch (java.nio.charset.CharacterCodingException e) {
            // a name that is no text: this package's files are not trusted from here on
        }
    }

    private interface LineTaker {
        void take(String line) throws IOException;
    }
}
