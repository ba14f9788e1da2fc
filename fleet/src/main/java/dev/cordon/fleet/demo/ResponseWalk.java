package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.demo.DemoReport.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;

/**
 * The second half of the walk, on real machines only: every response action but isolation, each effect looked at from
 * outside of the agent. A program nobody else has stands for the unwanted one.
 */
final class ResponseWalk extends WalkSteps {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final String COMMENT = "{\"Comment\":\"Suspicious program\"}";
    private final String name;
    private final String machine;
    private final Path program;
    private final Path files;
    private final byte[] content;

    /** @param files stands for the machine's files, on a file system of its own */
    ResponseWalk(ApiCalls api, Terminal terminal, DemoReport report, String name, String machine, Path files) {
        super(api, terminal, report);
        this.name = name;
        this.machine = machine;
        this.files = files;
        this.program = files.resolve("opt/unwanted");
        this.content = plant();
    }

    /** A copy of a harmless program with an end of its own, so that its hash is nobody else's. */
    private byte[] plant() {
        try {
            Files.createDirectories(program.getParent());
            Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
            Files.writeString(program, "\nunwanted " + UUID.randomUUID(), StandardOpenOption.APPEND);
            return Files.readAllBytes(program);
        } catch (IOException e) {
            throw new UncheckedIOException("the unwanted program could not be put into " + files, e);
        }
    }

    void run() {
        collect();
        sample();
        block();
        restrict();
        Exchange quarantined = stopAndQuarantine();
        restore(quarantined);
    }

    private void collect() {
        terminal.heading("8  Collect an investigation package from " + name);
        Step step = report.step("collectInvestigationPackage");
        Exchange ended = followAction(
                act(step, "collectInvestigationPackage", "{\"Comment\":\"Investigation\"}"),
                "CollectInvestigationPackage",
                LONG);
        Exchange link =
                api.get(step, "/api/machineactions/" + ended.json().path("id").asString("") + "/getPackageUri");
        List<String> names = new ArrayList<>();
        byte[] zip = link.succeeded() ? api.download(link.json().path("value").asString("")) : new byte[0];
        try (var entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                entries.readAllBytes();
                names.add(entry.getName());
            }
        } catch (IOException e) {
            terminal.failed(String.valueOf(e.getMessage()));
        }
        step.measured("packageBytes", zip.length);
        check(
                step,
                names.stream().anyMatch(entry -> entry.contains("CollectionSummaryReport")),
                "a zip of " + zip.length + " bytes with " + names.size() + " entries, every one read");
    }

    private void sample() {
        terminal.heading("9  Request a sample of a file");
        Step step = report.step("requestSample");
        Exchange posted = act(step, "requestSample", "{\"Comment\":\"Sample\",\"Sha1\":\"" + sha1() + "\"}");
        String id = posted.json().path("id").asString("");
        followAction(posted, "RequestSample", LONG);
        Exchange link = api.post(step, "/cordon/v1/machineactions/" + id + "/sample-link", "{}");
        String url = link.json().path("value").path(0).path("url").asString("");
        boolean same = false;
        if (!url.isEmpty()) {
            try (var zip = new net.lingala.zip4j.io.inputstream.ZipInputStream(
                    new ByteArrayInputStream(api.download(url)), "infected".toCharArray())) {
                zip.getNextEntry();
                same = Arrays.equals(zip.readAllBytes(), content);
            } catch (IOException e) {
                terminal.failed(String.valueOf(e.getMessage()));
            }
        }
        check(step, same, "an AES zip that opens with the customary password and holds the file, bit for bit");
    }

    private void block() {
        terminal.heading("10  Block a program in the whole organisation, and scan for it");
        Step step = report.step("files/block");
        boolean before = starts();
        Exchange posted = api.post(step, "/api/files/" + sha1() + "/block", COMMENT);
        boolean refused = within(PATIENCE, this::isRefused);
        Duration took = Duration.ofNanos(System.nanoTime() - posted.sentAt());
        step.measured("millisFromPostToRefusal", took.toNanos() / 1e6);
        check(
                step,
                before && posted.status() == 201 && refused,
                "it started before; " + Terminal.millis(took.toNanos())
                        + " after the POST at the latest the kernel refuses to start it (EPERM)");
        scan();
        Step undo = report.step("files/unblock");
        Exchange unblocked = api.post(undo, "/api/files/" + sha1() + "/unblock", COMMENT);
        check(undo, unblocked.status() == 201 && within(PATIENCE, this::starts), "and starts it again");
    }

    /** While the program is blocked, its hash is an antivirus signature as well. */
    private void scan() {
        Step step = report.step("runAntiVirusScan");
        Exchange posted = act(step, "runAntiVirusScan", "{\"Comment\":\"Suspicious file\",\"ScanType\":\"Full\"}");
        Exchange ended = followAction(posted, "RunAntiVirusScan", LONG);
        JsonNode scan = api.get(
                        step,
                        "/cordon/v1/machineactions/" + ended.json().path("id").asString(""))
                .json()
                .path("outcome")
                .path("scan");
        boolean seen = scan.path("detections")
                .valueStream()
                .anyMatch(detection -> detection.path("path").asString("").endsWith("/opt/unwanted"));
        check(
                step,
                seen,
                scan.path("engine").asString("") + " looked at "
                        + scan.path("files").asInt() + " files and found "
                        + scan.path("detected").asInt() + ": what is blocked is a signature, too");
    }

    private void restrict() {
        terminal.heading("11  Restrict code execution on " + name);
        Step step = report.step("restrictCodeExecution");
        followAction(act(step, "restrictCodeExecution", COMMENT), "RestrictCodeExecution", LONG);
        check(step, isRefused(), "a program of no installed package is refused (EPERM)");
        Step undo = report.step("unrestrictCodeExecution");
        followAction(act(undo, "unrestrictCodeExecution", COMMENT), "UnrestrictCodeExecution", LONG);
        check(undo, starts(), "and starts again");
    }

    private Exchange stopAndQuarantine() {
        terminal.heading("12  Stop and quarantine a file on " + name);
        Step step = report.step("StopAndQuarantineFile");
        try {
            Process running = new ProcessBuilder(program.toString(), "600").start();
            Exchange posted = act(
                    step, "StopAndQuarantineFile", "{\"Comment\":\"Suspicious program\",\"Sha1\":\"" + sha1() + "\"}");
            followAction(posted, "StopAndQuarantineFile", LONG);
            boolean dead = running.waitFor(5, TimeUnit.SECONDS);
            running.destroyForcibly();
            Exchange places = api.get(
                    step, "/api/filemachineactions/" + posted.json().path("id").asString(""));
            boolean named = places.json()
                    .path("fileInstances")
                    .valueStream()
                    .anyMatch(place -> place.path("filePath").asString("").endsWith("/opt/unwanted"));
            check(
                    step,
                    dead && Files.notExists(program) && named,
                    "its process is dead, the file is gone from its place and in the machine's vault");
            return posted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void restore(Exchange quarantined) {
        Step step = report.step("restore");
        Exchange posted = api.post(
                step,
                "/cordon/v1/machineactions/" + quarantined.json().path("id").asString("") + "/restore",
                "{\"comment\":\"Harmless after all\"}");
        boolean back = within(LONG, () -> Files.exists(program) && same());
        check(step, posted.succeeded() && back && starts(), "the file is back bit for bit, and starts");
    }

    private Exchange act(Step step, String action, String body) {
        return api.post(step, "/api/machines/" + machine + "/" + action, body);
    }

    private boolean same() {
        try {
            return Arrays.equals(Files.readAllBytes(program), content);
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the kernel lets the unwanted program start. */
    private boolean starts() {
        try {
            Process process = new ProcessBuilder(program.toString(), "0").start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Whether the kernel refuses it by EPERM; a program that is not there, or fails otherwise, is not refused. */
    private boolean isRefused() {
        try {
            new ProcessBuilder(program.toString(), "0").start().destroyForcibly();
            return false;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("Operation not permitted");
        }
    }

    private String sha1() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-1", e);
        }
    }
}
