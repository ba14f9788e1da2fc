package dev.cordon.agent.scan;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The files of a folder that are signatures, in the order of their names. Stateless. */
final class SignatureFolder {

    /** What the built-in engine understands: hashes of whole files. */
    static final Set<String> HASHES = Set.of("hdb", "hsb");

    /** What ClamAV takes of a site: hashes, patterns, rules, and what is to be let be. */
    static final Set<String> OF_A_SITE = Set.of("hdb", "hsb", "ndb", "ldb", "yar", "yara", "fp", "sfp", "ign2");

    /** As freshclam downloads them. */
    static final Set<String> OFFICIAL = Set.of("cvd", "cld", "cud");

    private SignatureFolder() {}

    static List<Path> files(Path folder, Set<String> endings) {
        List<Path> files = new ArrayList<>();
        try (var all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (endings.contains(ending(file)) && Files.isRegularFile(file)) {
                    files.add(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        files.sort(null);
        return files;
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
