package dev.cordon.agent.scan;

import dev.cordon.agent.log.Log;
import dev.cordon.agent.scan.ScanSystem.OpenFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Scans with a clamd of its own. A few files are under way at once, so that neither side waits for the other. A daemon
 * that dies is started again and given the files it had, one by one: the one that kills it is known then, and left out.
 * Files above the engine's limit are compared by hash, and so are those of a few bytes, which it takes for clean without
 * a look. For one thread.
 */
final class ClamdEngine implements ScanEngine {

    static final long LARGEST_FILE = 512L << 20;

    private static final long SMALLEST_FILE = 8;
    private static final int MOST_STARTS = 6;
    private static final int SCAN_MILLIS = 180_000;
    private static final int ANSWER_MILLIS = 2 * SCAN_MILLIS;
    private static final String UNOFFICIAL = ".UNOFFICIAL";
    private static final String LIMIT = "Heuristics.Limits.Exceeded";
    private static final Pattern VERDICT = Pattern.compile("[^:]*: (.*) FOUND");

    private final ClamdStart start;
    private final ScanSystem system;
    private final ScanEngine byHash;
    private final Log log;
    private final int together;
    private final Map<Integer, Candidate> underWay = new LinkedHashMap<>();
    private ClamdStart.@Nullable Running running;
    private int starts;

    /** @param byHash is used for what the daemon does not take, and closed with this one */
    ClamdEngine(ClamdStart start, ScanSystem system, ScanEngine byHash, Log log)
            throws InterruptedException, EngineException {
        this.start = start;
        this.system = system;
        this.byHash = byHash;
        this.log = log;
        together = 2 * threads();
        running = begin();
    }

    private static int threads() {
        return Runtime.getRuntime().availableProcessors() > 1 ? 2 : 1;
    }

    /** Lines of its configuration. */
    static List<String> limits() {
        return List.of(
                "MaxThreads " + threads(),
                "MaxQueue 16",
                "MaxFileSize " + LARGEST_FILE,
                "MaxScanSize " + 2 * LARGEST_FILE,
                "MaxScanTime " + SCAN_MILLIS,
                "MaxRecursion 12",
                "MaxFiles 10000",
                "AlertExceedsMax yes",
                "CommandReadTimeout 3600",
                "IdleTimeout 3600",
                "ReadTimeout 300");
    }

    private ClamdStart.Running begin() throws InterruptedException, EngineException {
        starts++;
        return start.run();
    }

    @Override
    public String name() {
        return start.version();
    }

    @Override
    public String signatures() {
        return start.signatures();
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(start.remarks());
        if (starts > 1) {
            remarks.add("ClamAV ended during the scan and was started again (" + Words.count(starts - 1, "time")
                    + "); what it had not answered was asked again.");
        }
        return remarks;
    }

    @Override
    public void scan(Candidate candidate, OpenFile file, Answers answers) throws InterruptedException, EngineException {
        if (file.size() > LARGEST_FILE) {
            byHash.scan(candidate, file, new ByHashOnly(answers));
            return;
        }
        if (file.size() < SMALLEST_FILE) {
            byHash.scan(candidate, file, answers);
            return;
        }
        while (underWay.size() >= together) {
            take(answers);
        }
        if (!send(candidate, file)) {
            recover(answers);
            if (!send(candidate, file)) {
                throw new EngineException("ClamAV takes no files any more", null);
            }
        }
    }

    private boolean send(Candidate candidate, OpenFile file) throws InterruptedException, EngineException {
        if (running == null) {
            running = begin();
        }
        try {
            underWay.put(running.session().scan(file), candidate);
            return true;
        } catch (IOException e) {
            log.warn(e, "clamd-lost");
            return false;
        }
    }

    @Override
    public void finish(Answers answers) throws InterruptedException, EngineException {
        while (!underWay.isEmpty()) {
            take(answers);
        }
    }

    /** Waits for one answer. */
    private void take(Answers answers) throws InterruptedException, EngineException {
        try {
            receive(answers);
        } catch (IOException e) {
            log.warn(e, "clamd-lost");
            recover(answers);
        }
    }

    private void receive(Answers answers) throws IOException, InterruptedException {
        if (running == null) {
            throw new IOException("clamd has ended");
        }
        var answer = running.session()
                .receive(ANSWER_MILLIS)
                .orElseThrow(() -> new IOException("clamd did not answer within its own time limit"));
        var candidate = underWay.remove(answer.number());
        if (candidate == null) {
            throw new IOException("clamd answered what it was not asked: " + answer.text());
        }
        tell(candidate, answer.text(), answers);
    }

    private static void tell(Candidate candidate, String text, Answers answers) {
        var found = VERDICT.matcher(text);
        if (text.endsWith(": OK")) {
            answers.clean(candidate);
        } else if (!found.matches()) {
            answers.failed(candidate, text);
        } else if (found.group(1).startsWith(LIMIT)) {
            answers.partly(candidate, found.group(1));
        } else {
            String name = found.group(1);
            answers.detected(
                    candidate,
                    name.endsWith(UNOFFICIAL) ? name.substring(0, name.length() - UNOFFICIAL.length()) : name);
        }
    }

    /** Starts again and asks again, one file at a time, about those that were under way. */
    private void recover(Answers answers) throws InterruptedException, EngineException {
        List<Candidate> unanswered = new ArrayList<>(underWay.values());
        underWay.clear();
        restart();
        for (Candidate candidate : unanswered) {
            try (var file = system.open(candidate.open(), candidate.follow())) {
                if (running == null) {
                    restart();
                }
                if (!send(candidate, file)) {
                    throw new EngineException("ClamAV takes no files any more", null);
                }
                receive(answers);
            } catch (NoSuchFileException e) {
                answers.failed(candidate, "gone");
            } catch (IOException e) {
                log.warn(e, "scan-file-ends-engine", "path", PathText.of(candidate.shown()));
                answers.failed(candidate, "the engine does not survive it");
                underWay.clear();
                stop();
            }
        }
    }

    private void restart() throws InterruptedException, EngineException {
        stop();
        if (starts >= MOST_STARTS) {
            throw new EngineException("ClamAV ended " + starts + " times during this scan", null);
        }
        running = begin();
    }

    private void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Override
    public void close() {
        stop();
        start.close();
        byHash.close();
    }

    /** A file that was only compared by hash is not told as looked into. */
    private record ByHashOnly(Answers answers) implements Answers {

        @Override
        public void clean(Candidate candidate) {
            answers.tooLarge(candidate);
        }

        @Override
        public void detected(Candidate candidate, String signature) {
            answers.detected(candidate, signature);
        }

        @Override
        public void partly(Candidate candidate, String limit) {
            answers.partly(candidate, limit);
        }

        @Override
        public void tooLarge(Candidate candidate) {
            answers.tooLarge(candidate);
        }

        @Override
        public void failed(Candidate candidate, String reason) {
            answers.failed(candidate, reason);
        }
    }
}
