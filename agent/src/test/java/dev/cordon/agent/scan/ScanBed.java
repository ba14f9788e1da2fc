package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.linux.scan.LinuxScanSystem;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Detection;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Scan;
import dev.cordon.protocol.wire.ScanDepth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A folder that stands for a machine's files, with an agent's state directory in it. */
final class ScanBed {

    private static final List<Path> NO_ENGINE = List.of();

    private final Path root;
    private final Path state;
    private final List<FileHash> blocked = new ArrayList<>();
    private List<Path> engines = NO_ENGINE;

    ScanBed(Path folder) throws IOException {
        root = Files.createDirectory(folder.toRealPath().resolve("m"));
        state = Files.createDirectories(root.resolve("var/lib/cordon"));
        Files.createDirectory(state.resolve("task"));
    }

    Path root() {
        return root;
    }

    Path state() {
        return state;
    }

    ScanBed withClamAv() {
        engines = ScanPlaces.ofMachine(state).engines();
        return this;
    }

    ScanBed withEngine(Path program) {
        engines = List.of(program);
        return this;
    }

    Path file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    void block(String algorithm, String content) {
        blocked.add(FileHash.of(digest(algorithm, content)));
    }

    Path signatures(String name, String... lines) throws IOException {
        return file("var/lib/cordon/signatures/" + name, String.join("\n", lines) + "\n");
    }

    ScanPlaces places() {
        return new ScanPlaces(root, Path.of("/proc/self/mountinfo"), state, engines, root.resolve("var/lib/clamav"));
    }

    ScanHandler handler() {
        return handler(new LinuxScanSystem());
    }

    ScanHandler handler(ScanSystem system) {
        return new ScanHandler(places(), system, blocked::forEach, Clock.systemUTC(), Log.silent());
    }

    TestTask task() {
        return new TestTask(state.resolve("task"));
    }

    static Command order(ScanDepth depth) {
        return Command.newBuilder().setScan(Scan.newBuilder().setDepth(depth)).build();
    }

    Outcome scan(ScanDepth depth) throws Exception {
        return ((TaskResult.Ended) handler().run(order(depth), task())).outcome();
    }

    Outcome full() throws Exception {
        return scan(ScanDepth.SCAN_DEPTH_FULL);
    }

    /** Signatures by the path below the root. */
    Map<String, String> detections(Outcome outcome) {
        return outcome.getScan().getDetectionsList().stream()
                .collect(Collectors.toMap(
                        detection ->
                                detection.getPath().substring(root.toString().length() + 1),
                        Detection::getSignature));
    }

    static byte[] digest(String algorithm, String content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(String algorithm, String content) {
        return FileHash.of(digest(algorithm, content)).hex();
    }

    static String run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
