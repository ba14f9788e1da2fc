package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.scan.ScanSystem.OpenFile;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.Result;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One scan: counts what there is to do, lets the engine prove itself on a file it must detect, then goes over the files.
 * The count makes the progress true; it costs a walk, which is little beside looking into the files. Runs in the thread
 * that calls it and ends within a second when that is interrupted.
 */
final class Scan implements Finds, ScanEngine.Answers, AutoCloseable {

    private static final long PROGRESS_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    private final Profile profile;
    private final Profile.Surroundings machine;
    private final ScanEngine engine;
    private final ScanSystem system;
    private final TaskContext context;
    private final Log log;
    private final Tally tally = new Tally();
    private final FileHasher hasher = FileHasher.open();
    private final long began = System.nanoTime();
    private long totalFiles;
    private long totalBytes;
    private long lastProgress;

    Scan(
            Profile profile,
            Profile.Surroundings machine,
            ScanEngine engine,
            ScanSystem system,
            TaskContext context,
            Log log) {
        this.profile = profile;
        this.machine = machine;
        this.engine = engine;
        this.system = system;
        this.context = context;
        this.log = log;
    }

    /** @param proof a file that the engine must detect */
    Outcome run(Path proof) throws InterruptedException, EngineException {
        var proven = prove(proof);
        if (!proven.getPassed()) {
            throw new EngineException(engine.name() + " did not detect the file that is made to test it", null);
        }
        context.progress(0, "counting files");
        profile.walk(machine, new Count());
        context.progress(0, "scanning " + Words.count(totalFiles, "file"));
        String broken = "";
        try {
            profile.walk(machine, this);
            engine.finish(this);
        } catch (EngineException e) {
            log.warn(e, "scan-ended-early");
            broken = " The scan ended early: " + e.getMessage();
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        var message = new StringBuilder(tally.words(engine.name(), millis)).append(broken);
        engine.remarks().forEach(remark -> message.append(' ').append(remark));
        return Outcome.newBuilder()
                .setResult(broken.isEmpty() ? Result.RESULT_SUCCEEDED : Result.RESULT_FAILED)
                .setMessage(message.toString())
                .addChecks(proven)
                .setScan(tally.summary(engine.name(), engine.signatures(), millis))
                .build();
    }

    private Check prove(Path proof) throws InterruptedException, EngineException {
        var answer = new Proof();
        long start = System.nanoTime();
        try (var file = system.open(proof, false)) {
            engine.scan(Candidate.of(proof, file.size()), file, answer);
            engine.finish(answer);
        } catch (IOException e) {
            throw new EngineException("the file that tests the engine cannot be read: " + e.getMessage(), e);
        }
        return Check.newBuilder()
                .setName("engine")
                .setPassed(answer.detected)
                .setDetail(answer.detected ? "detects the file made to test it" : "does not detect its test file")
                .setMillis((int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                .build();
    }

    @Override
    public void file(Candidate candidate) throws InterruptedException, EngineException {
        Walk.stopIfInterrupted();
        try (var file = system.open(candidate.open(), candidate.follow())) {
            engine.scan(candidate, file, this);
        } catch (NoSuchFileException e) {
            tally.vanished();
        } catch (IOException e) {
            tally.unreadable();
        }
        tell();
    }

    private void tell() {
        long now = System.nanoTime();
        if (now - lastProgress >= PROGRESS_EVERY) {
            lastProgress = now;
            long files = Math.max(1, totalFiles);
            long bytes = Math.max(1, totalBytes);
            double done =
                    (Math.min(1.0, (double) tally.handled() / files) + Math.min(1.0, (double) tally.bytes() / bytes))
                            / 2;
            context.progress(
                    (int) Math.min(99, done * 100),
                    "scanned " + Words.count(tally.files(), "file") + " of "
                            + String.format(Locale.ROOT, "%,d", files));
        }
    }

    @Override
    public void unreadable(Path path) {
        tally.unreadable();
        log.debug("scan-unreadable", "path", PathText.of(path));
    }

    @Override
    public void clean(Candidate candidate) {
        tally.scanned(candidate);
    }

    @Override
    public void partly(Candidate candidate, String limit) {
        tally.partly(candidate);
        log.debug("scan-limited", "path", PathText.of(candidate.shown()), "limit", limit);
    }

    @Override
    public void tooLarge(Candidate candidate) {
        tally.tooLarge();
    }

    @Override
    public void failed(Candidate candidate, String reason) {
        tally.unreadable();
        log.debug("scan-failed", "path", PathText.of(candidate.shown()), "reason", reason);
    }

    @Override
    public void detected(Candidate candidate, String signature) {
        String sha256 = hash(candidate);
        tally.detected(candidate, signature, sha256);
        log.warn("detected", "path", PathText.of(candidate.shown()), "signature", signature, "sha256", sha256);
    }

    private String hash(Candidate candidate) {
        try (OpenFile file = system.open(candidate.open(), candidate.follow())) {
            return hasher.hash(file.descriptor(), EnumSet.of(HashAlgorithm.SHA256), FileHasher.NO_LIMIT)
                    .sha256()
                    .hex();
        } catch (InterruptedIOException e) {
            // the thread stays interrupted: the scan ends with the next file
            return "";
        } catch (IOException e) {
            return "";
        }
    }

    private final class Count implements Finds {

        @Override
        public void file(Candidate candidate) {
            totalFiles++;
            totalBytes += candidate.size();
        }

        @Override
        public void unreadable(Path path) {
            // told when it is scanned
        }
    }

    private static final class Proof implements ScanEngine.Answers {
        private boolean detected;

        @Override
        public void detected(Candidate candidate, String signature) {
            detected = true;
        }

        @Override
        public void clean(Candidate candidate) {}

        @Override
        public void partly(Candidate candidate, String limit) {}

        @Override
        public void tooLarge(Candidate candidate) {}

        @Override
        public void failed(Candidate candidate, String reason) {}
    }

    @Override
    public void close() {
        hasher.close();
    }
}
