package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Brings a private clamd up until it answers. A signature file it cannot read is left out, and said so, instead of
 * leaving the machine without a scan; so are the official signatures where they would take the memory that others need.
 * For one thread.
 */
final class ClamdStart implements AutoCloseable {

    private static final long STARTS_WITHIN_MILLIS = 300_000;
    private static final long ANSWERS_WITHIN_MILLIS = 10_000;
    private static final long LOOK_EVERY_MILLIS = 10;
    private static final int MOST_LEFT_OUT = 50;
    private static final int MEMORY_PER_BYTE = 8;
    private static final long MEMORY_ASIDE = 256L << 20;
    private static final Pattern BAD_RULES =
            Pattern.compile("failed to parse or load (\\d+) yara rules from file \\S*?db/site-([^/\\n]+), ");
    private static final Pattern REFUSED = Pattern.compile("Can't load \\S*?db/([^/\\n]+): (.*)");

    private final ScanPlaces places;
    private final Path program;
    private final ScanSystem system;
    private final BlockedFiles blocked;
    private final FileHash proof;
    private final Log log;
    private final ClamdFolder folder;
    private final Set<String> leftOut = new LinkedHashSet<>();
    private final List<String> remarks = new ArrayList<>();
    private String version = "ClamAV";
    private boolean loadedOfficial;

    ClamdStart(ScanPlaces places, Path program, ScanSystem system, BlockedFiles blocked, FileHash proof, Log log) {
        this.places = places;
        this.program = program;
        this.system = system;
        this.blocked = blocked;
        this.proof = proof;
        this.log = log;
        folder = new ClamdFolder(places.engine());
        spareMemory();
    }

    record Running(ClamdProcess process, ClamdSession session) implements AutoCloseable {

        @Override
        public void close() {
            session.close();
            process.close();
        }
    }

    String version() {
        return version;
    }

    String signatures() {
        var official = passedOver() ? List.<String>of() : officialNames();
        return Words.count(folder.blockedFiles(), "blocked file") + " of the organisation, "
                + Words.count(folder.site().size(), "signature file") + " of this machine, "
                + (official.isEmpty() ? "no official signatures" : "official " + String.join(" ", official));
    }

    private List<String> officialNames() {
        return folder.official().stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    /**
     * Whether the engine has not loaded the official signatures: those that its user cannot read it passes over without a
     * word, but then it does not tell their number behind its own version, as in {@code ClamAV 1.4.3/27890/...}.
     */
    private boolean passedOver() {
        return !loadedOfficial
                && officialNames().stream().anyMatch(name -> name.equals("daily.cvd") || name.equals("daily.cld"));
    }

    List<String> remarks() {
        if (!passedOver()) {
            return List.copyOf(remarks);
        }
        List<String> all = new ArrayList<>(remarks);
        all.add("ClamAV has not loaded the official signatures in " + places.official()
                + ": let the user that its engine runs as read them.");
        return List.copyOf(all);
    }

    /** @throws EngineException if it does not come up, with what it said */
    Running run() throws InterruptedException, EngineException {
        try {
            while (true) {
                ClamdProcess.endLeftover(folder.path());
                folder.make(places, blocked, proof, ClamdEngine.limits(), leftOut);
                folder.tooLarge().forEach(this::tooLarge);
                var process = ClamdProcess.start(program, folder.path());
                try {
                    return await(process);
                } catch (IOException | InterruptedException | RuntimeException e) {
                    process.close();
                    if (!(e instanceof IOException) || !leaveOut(process.output())) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new EngineException("ClamAV could not be started: " + e.getMessage(), e);
        }
    }

    private void tooLarge(String name) {
        if (leftOut.add("site-" + name)) {
            remarks.add("The signature file " + name + " is larger than 256 MB and was left out.");
        }
    }

    private Running await(ClamdProcess process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STARTS_WITHIN_MILLIS);
        while (true) {
            Walk.stopIfInterrupted();
            if (!process.isAlive()) {
                throw new IOException("it ended at once and said: " + lastLine(process.output()));
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("it was not ready within " + STARTS_WITHIN_MILLIS / 1000 + " s");
            }
            try {
                var session = new ClamdSession(system.connect(process.socket()));
                var said = session.version(ANSWERS_WITHIN_MILLIS);
                version = said.split("/", 2)[0];
                loadedOfficial = said.contains("/");
                tellBadRules(process.output());
                log.info("clamd-started", "pid", process.pid(), "version", version);
                return new Running(process, session);
            } catch (IOException e) {
                Thread.sleep(LOOK_EVERY_MILLIS);
            }
        }
    }

    /** Rules it cannot read it leaves out by itself. */
    private void tellBadRules(String output) {
        var refused = BAD_RULES.matcher(output);
        while (refused.find()) {
            String remark = "ClamAV cannot read " + Words.count(Long.parseLong(refused.group(1)), "rule") + " of "
                    + refused.group(2) + ": left out.";
            if (!remarks.contains(remark)) {
                remarks.add(remark);
                log.warn("rules-left-out", "file", refused.group(2), "rules", refused.group(1));
            }
        }
    }

    private static String lastLine(String output) {
        return output.strip().lines().reduce((first, second) -> second).orElse("nothing");
    }

    /** Whether the daemon named a signature file that it cannot load, and starting without it is worth a try. */
    private boolean leaveOut(String output) {
        var refused = REFUSED.matcher(output);
        if (!refused.find() || leftOut.size() >= MOST_LEFT_OUT || !leftOut.add(refused.group(1))) {
            return false;
        }
        String name = refused.group(1).startsWith("site-") ? refused.group(1).substring(5) : refused.group(1);
        remarks.add("ClamAV cannot read the signature file " + name + " ("
                + refused.group(2).strip() + "): it was left out.");
        log.warn("signatures-left-out", "file", name, "reason", refused.group(2));
        return true;
    }

    /** The official signatures take about eight times the memory of their files. */
    private void spareMemory() {
        long needed = 0;
        var official = SignatureFolder.files(places.official(), SignatureFolder.OFFICIAL);
        try {
            for (Path file : official) {
                needed += Files.size(file) * MEMORY_PER_BYTE;
            }
            if (needed > 0 && needed + MEMORY_ASIDE > available()) {
                official.forEach(file -> leftOut.add(file.getFileName().toString()));
                remarks.add("ClamAV's official signatures were left out: they take about " + Words.bytes(needed)
                        + " of memory, and this machine has " + Words.bytes(available()) + " to spare.");
            }
        } catch (IOException e) {
            log.warn(e, "official-signatures-unreadable");
        }
    }

    private static long available() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII)) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kib -> Long.parseLong(kib) * 1024)
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        }
    }

    @Override
    public void close() {
        try {
            folder.remove();
        } catch (IOException e) {
            log.warn(e, "scan-folder-not-removed");
        }
    }
}
