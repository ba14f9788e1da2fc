package dev.cordon.agent.scan;

import dev.cordon.protocol.wire.Detection;
import dev.cordon.protocol.wire.ScanSummary;
import java.util.ArrayList;
import java.util.List;

/** Counts what a scan did. Holds no more detections than a report has room for, but counts all. For one thread. */
final class Tally {

    static final int MOST_DETECTIONS = 1_000;
    private static final int ROOM = 160 * 1024;
    private static final int LONGEST_PATH = 4_096;
    private static final int LONGEST_NAME = 200;

    private final List<Detection> detections = new ArrayList<>();
    private int room = ROOM;
    private long files;
    private long bytes;
    private long detected;
    private long partly;
    private long unreadable;
    private long tooLarge;
    private long vanished;

    void scanned(Candidate candidate) {
        files++;
        bytes += candidate.size();
    }

    void partly(Candidate candidate) {
        scanned(candidate);
        partly++;
    }

    /** @param sha256 lower-case hex, or empty where the file could not be read again */
    void detected(Candidate candidate, String signature, String sha256) {
        scanned(candidate);
        detected++;
        var detection = Detection.newBuilder()
                .setPath(cut(PathText.of(candidate.shown()), LONGEST_PATH))
                .setSha256(sha256)
                .setSignature(cut(signature, LONGEST_NAME))
                .build();
        if (detections.size() < MOST_DETECTIONS && room >= detection.getSerializedSize()) {
            room -= detection.getSerializedSize() + 4;
            detections.add(detection);
        }
    }

    void unreadable() {
        unreadable++;
    }

    void tooLarge() {
        tooLarge++;
    }

    void vanished() {
        vanished++;
    }

    long files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    /** Files that are done with, one way or the other. */
    long handled() {
        return files + unreadable + tooLarge + vanished;
    }

    ScanSummary summary(String engine, String signatures, long millis) {
        return ScanSummary.newBuilder()
                .setEngine(engine)
                .setSignatures(signatures)
                .setFiles(files)
                .setBytes(bytes)
                .setSkipped(unreadable + tooLarge)
                .setMillis(millis)
                .addAllDetections(detections)
                .setDetected(detected)
                .build();
    }

    /** What was done, in sentences. */
    String words(String engine, long millis) {
        var text = new StringBuilder("Scanned " + Words.count(files, "file") + " (" + Words.bytes(bytes) + ") in "
                + Words.seconds(millis) + " with " + engine + ": "
                + (detected == 0 ? "nothing detected." : Words.count(detected, "detection") + "."));
        if (detections.size() < detected) {
            text.append(" The first ").append(detections.size()).append(" are listed.");
        }
        if (unreadable > 0) {
            text.append(' ')
                    .append(Words.count(unreadable, "file or folder", "files or folders"))
                    .append(" could not be read.");
        }
        if (tooLarge > 0) {
            text.append(' ')
                    .append(Words.count(tooLarge, "file is", "files are"))
                    .append(" larger than the engine takes: compared by hash only.");
        }
        if (partly > 0) {
            text.append(' ')
                    .append(Words.count(partly, "file was", "files were"))
                    .append(" looked into only as far as the engine's limits allow.");
        }
        if (vanished > 0) {
            text.append(' ').append(Words.count(vanished, "file")).append(" went away during the scan.");
        }
        return text.toString();
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
