package dev.cordon.agent.scan;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.log.Log;
import dev.cordon.agent.task.Lane;
import dev.cordon.agent.task.TaskContext;
import dev.cordon.agent.task.TaskException;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.agent.task.TaskResult;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Outcome;
import dev.cordon.protocol.wire.ScanDepth;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Scans the machine for malware: with a private ClamAV where it is installed, by hash otherwise. A scan changes nothing,
 * so one that was interrupted by a restart is simply done again. Safe for use by many threads; one scan at a time.
 *
 * <p>The work runs in a thread of its own that takes what others leave of processor and disk; the lane's thread looks
 * after it and ends it within a second when the task is cancelled.
 */
public final class ScanHandler implements TaskHandler {

    private static final String CAPABILITY = "AntivirusScan";
    private static final int PROOF_BYTES = 64;
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final long STOPS_WITHIN_SECONDS = 10;

    private final ScanPlaces places;
    private final ScanSystem system;
    private final Engines engines;
    private final Clock clock;
    private final Log log;

    public ScanHandler(ScanPlaces places, ScanSystem system, BlockedFiles blocked, Clock clock, Log log) {
        this.places = places;
        this.system = system;
        this.engines = new Engines(places, system, blocked, log);
        this.clock = clock;
        this.log = log;
    }

    @Override
    public Set<Command.OrderCase> orders() {
        return Set.of(Command.OrderCase.SCAN);
    }

    @Override
    public Lane lane() {
        return Lane.SCAN;
    }

    @Override
    public Capability capability() {
        return Capability.newBuilder()
                .setName(CAPABILITY)
                .setSupport(engines.installed().isPresent() ? Support.SUPPORT_ENFORCED : Support.SUPPORT_PARTIAL)
                .addAllLimits(engines.limits())
                .build();
    }

    @Override
    public String check(Command command) {
        return switch (command.getScan().getDepth()) {
            case SCAN_DEPTH_QUICK, SCAN_DEPTH_FULL -> "";
            default -> "a scan of a depth this agent does not know";
        };
    }

    /** Ends what an agent that died in the middle of a scan has left behind. */
    @Override
    public void restore() {
        ClamdProcess.endLeftover(places.engine());
        try {
            new ClamdFolder(places.engine()).remove();
        } catch (IOException e) {
            log.warn(e, "scan-folder-not-removed");
        }
    }

    @Override
    public TaskResult run(Command command, TaskContext context) throws TaskException, InterruptedException {
        var work = new FutureTask<>(() -> scan(command.getScan().getDepth(), context));
        var thread = Thread.ofPlatform().name("scan").daemon().start(work);
        try {
            while (true) {
                try {
                    return new TaskResult.Ended(work.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS));
                } catch (TimeoutException e) {
                    if (context.cancelled()) {
                        end(thread);
                        return new TaskResult.Cancelled();
                    }
                }
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            // so that the engine ends before the agent does
            thread.join(Duration.ofSeconds(STOPS_WITHIN_SECONDS));
            throw e;
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private static void end(Thread thread) throws InterruptedException, TaskException {
        thread.interrupt();
        if (!thread.join(Duration.ofSeconds(STOPS_WITHIN_SECONDS))) {
            throw new TaskException("The scan could not be stopped: a file system does not answer."
                    + " It ends when that does, or with the agent.");
        }
    }

    private static TaskException failed(Throwable cause) {
        return cause instanceof EngineException || cause instanceof IOException
                ? new TaskException("The machine could not be scanned: " + cause.getMessage(), cause)
                : new TaskException("The scan failed by a mistake of the agent: " + cause, cause);
    }

    private Outcome scan(ScanDepth depth, TaskContext context)
            throws InterruptedException, EngineException, IOException {
        system.stepBack();
        byte[] content = new byte[PROOF_BYTES];
        new SecureRandom().nextBytes(content);
        Path proof = Files.write(context.folder().resolve("engine-test"), content);
        var profile = depth == ScanDepth.SCAN_DEPTH_QUICK ? new QuickProfile() : new FullProfile();
        var machine =
                new Profile.Surroundings(places.root(), places.mountTable(), List.of(places.state()), clock.instant());
        try (var engine = engines.open(sha256(content));
                var scan = new Scan(profile, machine, engine, system, context, log)) {
            return scan.run(proof);
        } finally {
            Files.deleteIfExists(proof);
        }
    }

    private static FileHash sha256(byte[] content) {
        try {
            return FileHash.of(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java run time has SHA-256", e);
        }
    }
}
