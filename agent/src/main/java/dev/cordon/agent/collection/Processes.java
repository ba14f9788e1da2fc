package dev.cordon.agent.collection;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The machine's processes as {@code /proc} shows them (proc(5)), written as they are read. A process that ends meanwhile
 * is left out. Environments are not read: they hold secrets.
 *
 * @param proc where proc(5) is mounted
 */
record Processes(Path proc) {

    private static final int MOST_TEXT = 64 * 1024;
    private static final int MOST_NAMES = 20_000;
    private static final long MOST_HASHED = 512L << 20;
    private static final Set<HashAlgorithm> HASHES = Set.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256);

    private interface OfProcess {
        void write(Path process, OutputStream out) throws IOException;
    }

    /** One JSON object a line: who it is, what it runs, with which hash. */
    void table(OutputStream out, BooleanSupplier stop) throws IOException {
        var known = new HashMap<Object, Map<String, Object>>();
        try (var hasher = FileHasher.open()) {
            each(out, stop, (process, to) -> line(to, JsonWriter.write(describe(process, hasher, known))));
        }
    }

    /** The distinct files each process has mapped. */
    void mappedFiles(OutputStream out, BooleanSupplier stop) throws IOException {
        each(out, stop, (process, to) -> {
            var files = new TreeSet<String>();
            for (var mapping : text(process.resolve("maps")).split("\n", -1)) {
                int path = mapping.indexOf('/');
                if (path > 0 && files.size() < MOST_NAMES) {
                    files.add(mapping.substring(path));
                }
            }
            for (var file : files) {
                line(to, process.getFileName() + "\t" + SafeText.line(file));
            }
        });
    }

    /** What each process has open: number and target of every descriptor. */
    void openFiles(OutputStream out, BooleanSupplier stop) throws IOException {
        each(out, stop, (process, to) -> {
            try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
                for (var descriptor : descriptors) {
                    line(
                            to,
                            process.getFileName() + "\t" + descriptor.getFileName() + "\t"
                                    + SafeText.line(link(descriptor)));
                }
            }
        });
    }

    private void each(OutputStream out, BooleanSupplier stop, OfProcess writer) throws IOException {
        DirectoryStream.Filter<Path> numbered =
                path -> path.getFileName().toString().chars().allMatch(Character::isDigit);
        try (var processes = Files.newDirectoryStream(proc, numbered)) {
            for (var process : processes) {
                if (stop.getAsBoolean()) {
                    return;
                }
                try {
                    writer.write(process, out);
                } catch (SourceException e) {
                    line(out, process.getFileName() + "\t" + e.getMessage());
                }
            }
        }
    }

    private Map<String, Object> describe(Path process, FileHasher hasher, Map<Object, Map<String, Object>> known)
            throws IOException {
        var told = new LinkedHashMap<String, Object>();
        told.put("pid", process.getFileName().toString());
        for (var line : text(process.resolve("status")).split("\n", -1)) {
            int colon = line.indexOf(':');
            var field = colon < 0 ? "" : line.substring(0, colon);
            if (Set.of("Name", "State", "PPid", "TracerPid", "Uid", "Gid", "NSpid", "CapEff", "Seccomp", "VmRSS")
                    .contains(field)) {
                told.put(field, SafeText.line(line.substring(colon + 1).strip().replace('\t', ' ')));
            }
        }
        told.put(
                "commandLine",
                SafeText.line(
                        text(process.resolve("cmdline")).replace('\0', ' ').strip()));
        told.put("startTicks", startTicks(text(process.resolve("stat"))));
        told.put("executable", SafeText.line(link(process.resolve("exe"))));
        told.put("workingFolder", SafeText.line(link(process.resolve("cwd"))));
        told.put("root", SafeText.line(link(process.resolve("root"))));
        told.put("controlGroup", SafeText.line(text(process.resolve("cgroup")).strip()));
        told.putAll(hashes(process.resolve("exe"), hasher, known));
        return told;
    }

    /** Field 22; the name in field 2 may hold anything, so it is counted from the last parenthesis. */
    private static String startTicks(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return fields.length > 19 ? fields[19] : "";
    }

    private static Map<String, Object> hashes(
            Path executable, FileHasher hasher, Map<Object, Map<String, Object>> known) {
        try {
            var attributes = Files.readAttributes(executable, BasicFileAttributes.class);
            var key = attributes.fileKey() + "/" + attributes.size() + "/" + attributes.lastModifiedTime();
            var before = known.get(key);
            if (before != null) {
                return before;
            }
            var hashes = hasher.hash(executable, HASHES, MOST_HASHED);
            Map<String, Object> told = new LinkedHashMap<>();
            hashes.of(HashAlgorithm.SHA1).ifPresent(hash -> told.put("sha1", hash.hex()));
            told.put("sha256", hashes.sha256().hex());
            told.put("bytes", hashes.size());
            known.put(key, told);
            return told;
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
