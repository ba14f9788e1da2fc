package dev.cordon.server.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The console's files as the build put them on the class path, read once and kept. Only names of ordinary characters are
 * looked for, so that no request reaches anything else that is on the class path. Thread-safe.
 */
final class ConsoleFiles {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+){0,6}");
    private static final String HTML = "text/html; charset=utf-8";
    private static final Map<String, String> TYPES = Map.of(
            "html", HTML,
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "json", "application/json; charset=utf-8",
            "webmanifest", "application/manifest+json",
            "woff2", "font/woff2");

    private final String root;
    private final Map<String, ConsoleFile> known = new ConcurrentHashMap<>();

    /** @param root the folder on the class path, with a slash at its end and none at its start */
    ConsoleFiles(String root) {
        this.root = root;
    }

    /** @param etag quoted, as the header holds it */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record ConsoleFile(byte[] content, String type, String etag) {}

    Optional<ConsoleFile> find(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        var kept = known.get(name);
        if (kept != null) {
            return Optional.of(kept);
        }
        var read = read(name);
        read.ifPresent(file -> known.put(name, file));
        return read;
    }

    static ConsoleFile text(String content) {
        var bytes = content.getBytes(StandardCharsets.UTF_8);
        return new ConsoleFile(bytes, HTML, etag(bytes));
    }

    private Optional<ConsoleFile> read(String name) {
        try (var in = ConsoleFiles.class.getClassLoader().getResourceAsStream(root + name)) {
            if (in == null || name.lastIndexOf('.') < 0) {
                return Optional.empty();
            }
            var content = in.readAllBytes();
            return Optional.of(new ConsoleFile(content, type(name), etag(content)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String name) {
        var ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Optional.ofNullable(TYPES.get(ending))
                .or(() -> Optional.ofNullable(URLConnection.guessContentTypeFromName(name)))
                .orElse("application/octet-stream");
    }

    private static String etag(byte[] content) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(content);
            return "\"" + HexFormat.of().formatHex(hash, 0, 12) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
