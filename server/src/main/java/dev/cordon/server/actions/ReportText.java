package dev.cordon.server.actions;

import dev.cordon.protocol.wire.FileResult;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.ScanSummary;
import dev.cordon.server.files.FileHash;
import dev.cordon.server.web.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Text that a machine wrote, made fit to be stored: bounded, and without what a database refuses. */
final class ReportText {

    private static final int LONGEST = 2_000;
    private static final int MOST_CHECKS = 64;
    /** Files of one report that are taken down. */
    static final int MOST_FILES = 1_000;

    private static final int MOST_UPLOADS = 64;
    private static final int MOST_PIDS = 100;
    private static final int LONGEST_PATH = 4_096;
    private static final int LONGEST_VAULT_ID = 100;

    private ReportText() {}

    static String clean(String text) {
        return clean(text, LONGEST);
    }

    private static String clean(String text, int longest) {
        var bounded = text;
        if (text.length() > longest) {
            int end = longest - 1;
            bounded = text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
        }
        return bounded.replace('\0', '\ufffd');
    }

    /** What the machine looked at before it claimed its result. */
    static String json(Outcome outcome) {
        var json = Json.MAPPER.createObjectNode();
        json.put("message", clean(outcome.getMessage()));
        var checks = json.putArray("checks");
        outcome.getChecksList().stream()
                .limit(MOST_CHECKS)
                .forEach(check -> checks.addObject()
                        .put("name", clean(check.getName()))
                        .put("passed", check.getPassed())
                        .put("detail", clean(check.getDetail()))
                        .put("millis", Integer.toUnsignedLong(check.getMillis())));
        files(json.putArray("files"), outcome.getFilesList());
        if (outcome.hasScan()) {
            scan(json.putObject("scan"), outcome.getScan());
        } else {
            json.putNull("scan");
        }
        var uploads = json.putArray("uploads");
        outcome.getUploadsList().stream().limit(MOST_UPLOADS).forEach(upload -> uploads.add(clean(upload)));
        return json.toString();
    }

    private static void files(ArrayNode json, List<FileResult> files) {
        for (var file : files.subList(0, Math.min(files.size(), MOST_FILES))) {
            var one = json.addObject()
                    .put("path", path(file))
                    .put("status", FileWords.of(file.getStatus()))
                    .put("message", clean(file.getMessage()))
                    .put("sha256", hash(file.getSha256()))
                    .put("size", Math.max(0, file.getSize()))
                    .put("vaultId", vaultId(file));
            var pids = one.putArray("stoppedPids");
            file.getStoppedPidsList().stream().limit(MOST_PIDS).forEach(pids::add);
        }
    }

    static String path(FileResult file) {
        return clean(file.getPath(), LONGEST_PATH);
    }

    static String vaultId(FileResult file) {
        return clean(file.getVaultId(), LONGEST_VAULT_ID);
    }

    private static void scan(ObjectNode json, ScanSummary scan) {
        json.put("engine", clean(scan.getEngine()))
                .put("signatures", clean(scan.getSignatures()))
                .put("files", Math.max(0, scan.getFiles()))
                .put("bytes", Math.max(0, scan.getBytes()))
                .put("skipped", Math.max(0, scan.getSkipped()))
                .put("millis", Math.max(0, scan.getMillis()))
                .put("detected", Math.max(scan.getDetected(), scan.getDetectionsCount()));
        var detections = json.putArray("detections");
        scan.getDetectionsList().stream()
                .limit(MOST_FILES)
                .forEach(detection -> detections
                        .addObject()
                        .put("path", clean(detection.getPath(), LONGEST_PATH))
                        .put("sha256", hash(detection.getSha256()))
                        .put("signature", clean(detection.getSignature())));
    }

    /** Lower-case hex, or nothing. */
    static @Nullable String hash(String said) {
        return FileHash.of(said).map(FileHash::hex).orElse(null);
    }
}
