package dev.cordon.fleet.demo;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.json.JsonMapper;

/** An investigation package, read to its end and compared with its own summary. Immutable. */
final class OpenedPackage {

    private static final String SUMMARY = "CollectionSummaryReport";

    private final Map<String, String> hashes = new HashMap<>();
    private final List<String> wrong = new ArrayList<>();

    OpenedPackage(byte[] zip) {
        byte[] summary = new byte[0];
        try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                if (!entry.getName().startsWith(SUMMARY)) {
                    hashes.put(entry.getName(), sha256(content));
                } else if (entry.getName().endsWith(".json")) {
                    summary = content;
                }
            }
        } catch (IOException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        compare(summary);
    }

    private void compare(byte[] summary) {
        if (summary.length == 0) {
            wrong.add("it has no " + SUMMARY);
            return;
        }
        Map<String, String> said = new HashMap<>();
        for (var item : new JsonMapper().readTree(summary).path("items")) {
            String hash = item.path("sha256").asString("");
            if (!hash.isEmpty()) {
                said.put(item.path("item").asString(""), hash);
            }
        }
        hashes.forEach((name, hash) -> {
            if (!hash.equals(said.remove(name))) {
                wrong.add(name);
            }
        });
        wrong.addAll(said.keySet());
    }

    /** How many entries it has beside the summary. */
    int entries() {
        return hashes.size();
    }

    /** What is missing, or not what the summary says. */
    List<String> wrong() {
        return List.copyOf(wrong);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }
}
