package dev.cordon.fleet.demo;

import dev.cordon.fleet.client.Exchange;
import dev.cordon.fleet.demo.DemoReport.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
    private final Path known;
    private final Path files;
    private final byte[] content;

    /** @param files stands for the machine's files, on a file system of its own */
    ResponseWalk(ApiCalls api, Terminal terminal, DemoReport report, String name, String machine, Path files) {
        super(api, terminal, report);
        this.name = name;
        this.machine = machine;
        this.files = files;
        this.program = files.resolve("opt/unwanted");
        this.known = files.resolve("opt/known");
        this.content = plant();
    }

    /** The unwanted program, and beside it an unchanged copy of one that is installed. */
    private byte[] plant() {
        plant(program);
        try {
            Files.copy(Path.of("/bin/sleep"), known, StandardCopyOption.COPY_ATTRIBUTES);
            return Files.readAllBytes(program);
        } catch (IOException e) {
            throw new UncheckedIOException("the programs could not be put into " + files, e);
        }
    }

    void run() {
        cancel();
        collect();
        sample();
        block();
        restrict();
        Exchange quarantined = stopAndQuarantine();
        restore(quarantined);
    }

    /** So soon that the machine has hardly begun: it says that it let the collection be, and there is nothing to download. */
    private void cancel() {
        terminal.heading("8  Collect an investigation package from " + name + "; at first, think better of it");
        Step step = report.step("cancel");
        Exchange posted = act(step, "collectInvestigationPackage", "{\"Comment\":\"Investigation\"}");
        String path = "/api/machineactions/" + id(posted);
        Exchange asked = api.post(step, path + "/cancel", "{\"Comment\":\"Not yet\"}");
        Exchange ended = pollToEnd(id(posted), LONG);
        api.show(step, ended);
        check(
                step,
                asked.status() == 200
                        && ended.json().path("status").asString("").equals("Cancelled")
                        && api.quietGet(path + "/getPackageUri").status() == 404,
                "status Cancelled, and no package");
    }

    private void collect() {
        Step step = report.step("collectInvestigationPackage");
        Exchange ended = followAction(
                act(step, "collectInvestigationPackage", "{\"Comment\":\"Investigation\"}"),
                "CollectInvestigationPackage",
                LONG);
        Step uri = report.step("getPackageUri");
        Exchange link = api.get(uri, "/api/machineactions/" + id(ended) + "/getPackageUri");
        byte[] zip = link.succeeded() ? api.download(link.json().path("value").asString("")) : new byte[0];
        check(uri, zip.length > 0, "a link that needs no token; " + zip.length + " bytes came by it");
        var opened = new OpenedPackage(zip);
        step.measured("packageBytes", zip.length);
        check(
                step,
                opened.entries() > 0 && opened.wrong().isEmpty(),
                "a zip of " + zip.length + " bytes; each of its " + opened.entries()
                        + " entries has the SHA-256 that the collection summary report says"
                        + (opened.wrong().isEmpty() ? "" : ", but for " + opened.wrong()));
    }

    private void sample() {
        terminal.heading("9  Request a sample of a file");
        Step step = report.step("requestSample");
        Exchange posted = act(step, "requestSample", "{\"Comment\":\"Sample\",\"Sha1\":\"" + sha1() + "\"}");
        followAction(posted, "RequestSample", LONG);
        Exchange link = api.post(step, "/cordon/v1/machineactions/" + id(posted) + "/sample-link", "{}");
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
        boolean before = starts(program);
        Exchange posted = api.post(step, "/api/files/" + sha1() + "/block", COMMENT);
        boolean refused = within(PATIENCE, () -> isRefused(program));
        Duration took = Duration.ofNanos(System.nanoTime() - posted.sentAt());
        step.measured("millisFromPostToRefusal", took.toNanos() / 1e6);
        check(
                step,
                before && posted.status() == 201 && refused,
                "it started before; " + Terminal.millis(took.toNanos())
                        + " after the POST at the latest the kernel refuses to start it (EPERM)");
        Step list = report.step("fileactions");
        check(list, isListed(api.get(list, "/api/fileactions")), "the organisation's list of blocked files has it");
        scan();
        Step undo = report.step("files/unblock");
        Exchange unblocked = api.post(undo, "/api/files/" + sha1() + "/unblock", COMMENT);
        check(
                undo,
                unblocked.status() == 201
                        && within(PATIENCE, () -> starts(program))
                        && !isListed(api.quietGet("/api/fileactions")),
                "the kernel starts it again, and the list has it no more");
    }

    private boolean isListed(Exchange fileActions) {
        return fileActions
                .json()
                .path("value")
                .valueStream()
                .anyMatch(file -> file.path("fileIdentifier").asString("").equals(sha1())
                        && file.path("fileStatus").asString("").equals("Blocked"));
    }

    /** While the program is blocked, its hash is an antivirus signature as well. */
    private void scan() {
        Step step = report.step("runAntiVirusScan");
        Exchange posted = act(step, "runAntiVirusScan", "{\"Comment\":\"Suspicious file\",\"ScanType\":\"Full\"}");
        Exchange ended = followAction(posted, "RunAntiVirusScan", LONG);
        JsonNode scan = api.get(step, "/cordon/v1/machineactions/" + id(ended))
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
        check(
                step,
                isRefused(program) && starts(known),
                "a program of no installed package is refused (EPERM), a copy of one that is installed starts");
        Step undo = report.step("unrestrictCodeExecution");
        followAction(act(undo, "unrestrictCodeExecution", COMMENT), "UnrestrictCodeExecution", LONG);
        check(undo, starts(program), "and starts again");
    }

    private Exchange stopAndQuarantine() {
        terminal.heading("12  Stop and quarantine a file on " + name + ", which something starts again and again");
        Step step = report.step("StopAndQuarantineFile");
        try {
            var starter = new ProcessBuilder("sh", "-c", "while :; do \"$UNWANTED\" 600; sleep 0.2; done");
            starter.environment().put("UNWANTED", program.toString());
            Process again = starter.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                boolean ran = within(PATIENCE, this::runs);
                Exchange posted = act(
                        step,
                        "StopAndQuarantineFile",
                        "{\"Comment\":\"Suspicious program\",\"Sha1\":\"" + sha1() + "\"}");
                followAction(posted, "StopAndQuarantineFile", LONG);
                check(
                        step,
                        ran && again.isAlive() && !runs() && Files.notExists(program),
                        "its process is dead and does not come back, the file is gone from its place");
                places(posted);
                return posted;
            } finally {
                again.descendants().forEach(ProcessHandle::destroyForcibly);
                again.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void places(Exchange posted) {
        Step step = report.step("filemachineactions");
        Exchange one = api.get(step, "/api/filemachineactions/" + id(posted));
        Exchange all = api.get(step, "/api/filemachineactions?$filter=machineId%20eq%20'" + machine + "'");
        List<String> types = all.json()
                .path("value")
                .valueStream()
                .map(action -> action.path("type").asString(""))
                .toList();
        boolean named = one.json()
                .path("fileInstances")
                .valueStream()
                .anyMatch(place -> place.path("filePath").asString("").endsWith("/opt/unwanted")
                        && place.path("status").asString("").equals("Succeeded"));
        check(
                step,
                named && types.equals(List.of("StopAndQuarantineFile", "RequestSample")),
                "each place where the file was, and what became of it");
    }

    /** Whether a process runs the unwanted program, also where its name is gone. */
    private boolean runs() {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info()
                        .command()
                        .filter(command -> command.startsWith(program.toString()))
                        .isPresent());
    }

    private void restore(Exchange quarantined) {
        Step step = report.step("restore");
        Exchange posted = api.post(
                step,
                "/cordon/v1/machineactions/" + id(quarantined) + "/restore",
                "{\"comment\":\"Harmless after all\"}");
        boolean back = within(LONG, () -> Files.exists(program) && same());
        check(step, posted.succeeded() && back && starts(program), "the file is back bit for bit, and starts");
    }

    private static String id(Exchange action) {
        return action.json().path("id").asString("");
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

    private String sha1() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-1", e);
        }
    }
}
