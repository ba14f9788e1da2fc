package dev.cordon.agent.linux.execution;

import dev.cordon.agent.blocklist.BlockList;
import dev.cordon.agent.execution.ExecutionControl;
import dev.cordon.agent.execution.ExecutionEvents;
import dev.cordon.agent.execution.ExecutionException;
import dev.cordon.agent.execution.ExecutionMode;
import dev.cordon.agent.execution.TrustPolicy;
import dev.cordon.agent.execution.UnsupportedExecutionControl;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHashSet;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.log.Log;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Execution control by fanotify. What holds is one {@link Policy}; as long as it refuses something a {@link Listener}
 * runs, otherwise nothing of the machine is touched.
 */
public final class LinuxExecutionControl implements ExecutionControl {

    private static final String HOLES =
            "What an interpreter or the dynamic loader opens by itself is no start of a program"
                    + " and is not judged unless a restriction covers interpreters.";

    /** Where a program can be tried if the state directory lies on a file system that starts none. */
    private static final List<Path> PROBE_PLACES =
            List.of(Path.of("/root"), Path.of("/opt"), Path.of("/usr/local/sbin"));

    private final Path stateDirectory;
    private final ExecutionEvents events;
    private final FileSystems which;
    private final TrustBaseline baseline;
    private final Log log;
    private final Marker marker;
    private final Denials denials;
    private final Rules rules;
    private final KeptPrograms keptPrograms = new KeptPrograms(KeptFiles.PROGRAMS);
    private final MemoryPrograms memoryPrograms;
    private final List<FileHash> denied = new ArrayList<>();
    private final ExecutorService aside = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("execution-aside").factory());
    private volatile Policy policy = Policy.NOTHING;
    /** As they were found last: to look for them takes longer than all else that a first block needs. */
    private volatile @Nullable KeptFiles found;

    private FileHashSet stopped = FileHashSet.EMPTY;
    private @Nullable Listener listener;
    private boolean closed;

    private LinuxExecutionControl(
            Path stateDirectory, ExecutionEvents events, FileSystems which, TrustBaseline baseline, Log log) {
        this.stateDirectory = stateDirectory;
        this.events = events;
        this.which = which;
        this.baseline = baseline;
        this.log = log;
        this.marker = new Marker(stateDirectory);
        // the setting is one for all processes, also those of the computer that a lab machine runs on
        this.memoryPrograms = new MemoryPrograms(
                which.equals(FileSystems.ALL) ? MemoryPrograms.SETTING : stateDirectory.resolve("no-setting"),
                stateDirectory);
        this.denials = new Denials(events, log);
        this.rules = new Rules(() -> policy, this::mayStayOpen, new VerdictCache(), denials, new AnswerTimes());
    }

    /**
     * Execution control over every file system of this machine, or one that says why there is none. Nothing is touched
     * yet; an agent that was ended while programs were refused is reported.
     */
    public static ExecutionControl open(Path stateDirectory, ExecutionEvents events, Log log) {
        return open(stateDirectory, events, FileSystems.ALL, TrustBaseline.ofThisMachine(stateDirectory, log), log);
    }

    /**
     * The same for a lab machine: only file systems that are mounted below a folder and nowhere else are controlled.
     *
     * @param files {@code /} stands for a real machine
     */
    public static ExecutionControl open(Path stateDirectory, Path files, ExecutionEvents events, Log log) {
        if (files.equals(Path.of("/"))) {
            return open(stateDirectory, events, log);
        }
        try {
            var which = FileSystems.below(files);
            return which.first().isPresent()
                    ? open(stateDirectory, events, which, TrustBaseline.ofThisMachine(stateDirectory, log), log)
                    : new UnsupportedExecutionControl(List.of(
                            "No file system of its own is mounted below " + files + ", and no other is touched."));
        } catch (IOException e) {
            return new UnsupportedExecutionControl(List.of(files + " cannot be looked at: " + e.getMessage()));
        }
    }

    static ExecutionControl open(
            Path stateDirectory, ExecutionEvents events, FileSystems which, TrustBaseline baseline, Log log) {
        var missing = Probe.missing();
        if (!missing.isEmpty()) {
            return new UnsupportedExecutionControl(missing);
        }
        var control = new LinuxExecutionControl(stateDirectory, events, which, baseline, log);
        control.tellLoss();
        control.aside.execute(control::rehearse);
        return control;
    }

    private void rehearse() {
        Rehearsal.run(denials);
        found = KeptFiles.of(KeptFiles.ofThisAgent());
    }

    private void tellLoss() {
        try {
            var since = marker.leftBehind();
            if (since.isPresent()) {
                events.lost("The agent ended while it refused programs (since " + since.get()
                        + "), or was ended because it did not answer in time. Until it was started again, nothing was"
                        + " refused.");
            }
            memoryPrograms.recover();
            marker.clear();
        } catch (IOException e) {
            log.warn(e, "execution-marker-not-read");
        }
    }

    @Override
    public Capability blocking() {
        return capability("FileBlocking", List.of());
    }

    @Override
    public Capability restricting() {
        return capability("ExecutionControl", baseline.missing());
    }

    private Capability capability(String name, List<String> missing) {
        var capability = Capability.newBuilder()
                .setName(name)
                .setSupport(missing.isEmpty() ? Support.SUPPORT_ENFORCED : Support.SUPPORT_PARTIAL)
                .addAllLimits(missing)
                .addLimits(HOLES);
        if (!FileHasher.fast()) {
            capability.addLimits(
                    "libcrypto is missing, so that programs are hashed ten times slower: install the package libssl3.");
        }
        return capability.build();
    }

    @Override
    public synchronized Capability enforce(BlockList list) {
        var now = policy;
        try {
            put(new Policy(now.generation() + 1, list.blocked(), now.denied(), now.restriction(), now.kept()));
        } catch (ExecutionException e) {
            return Capability.newBuilder()
                    .setName("FileBlocking")
                    .setSupport(Support.SUPPORT_UNSUPPORTED)
                    .addLimits(String.valueOf(e.getMessage()))
                    .build();
        }
        boolean more = !list.stopRunning().isEmpty() && !list.stopRunning().equals(stopped);
        stopped = list.stopRunning();
        if (more) {
            aside.execute(() -> endRunning(list.stopRunning()));
        }
        return list.blocked().isEmpty() ? blocking() : withExceptions(list.blocked());
    }

    private Capability withExceptions(FileHashSet blocked) {
        var spared = keptPrograms.among(blocked);
        return spared.isEmpty()
                ? blocking()
                : blocking().toBuilder()
                        .addLimits("Not refused although blocked, because nobody could undo anything without them: "
                                + String.join(", ", spared) + ".")
                        .build();
    }

    private void endRunning(FileHashSet hashes) {
        try {
            var ended = new RunningInstances(log).end(hashes, policy.kept());
            if (!ended.isEmpty()) {
                events.denied("Ended because their files are blocked: " + String.join(", ", ended));
            }
        } catch (RuntimeException e) {
            log.error(e, "running-programs-not-ended");
        }
    }

    @Override
    public synchronized Denial deny(FileHash hash) throws ExecutionException {
        denied.add(hash);
        try {
            putDenied();
        } catch (ExecutionException e) {
            denied.remove(hash);
            throw e;
        }
        return new TaskDenial(hash);
    }

    private void putDenied() throws ExecutionException {
        var now = policy;
        put(new Policy(now.generation() + 1, now.blocked(), FileHashSet.of(denied), now.restriction(), now.kept()));
    }

    private final class TaskDenial implements Denial {
        private final FileHash hash;
        private boolean ended;

        TaskDenial(FileHash hash) {
            this.hash = hash;
        }

        @Override
        public void close() {
            synchronized (LinuxExecutionControl.this) {
                if (ended || closed) {
                    return;
                }
                ended = true;
                denied.remove(hash);
                try {
                    putDenied();
                } catch (ExecutionException e) {
                    log.error(e, "denial-not-ended");
                }
            }
        }
    }

    @Override
    public void restrict(TrustPolicy trust, boolean again) throws ExecutionException, InterruptedException {
        var trusted = baseline.capture(again, trust.coverInterpreters());
        synchronized (this) {
            var now = policy;
            put(new Policy(
                    now.generation() + 1,
                    now.blocked(),
                    now.denied(),
                    new Policy.Restriction(trust, trusted),
                    now.kept()));
            try {
                if (!trust.monitorOnly()) {
                    memoryPrograms.forbid();
                } else {
                    memoryPrograms.recover();
                }
            } catch (IOException e) {
                log.warn(e, "memory-programs-not-closed");
            }
        }
    }

    @Override
    public synchronized void allow() throws ExecutionException {
        var now = policy;
        if (now.restriction() != null) {
            put(new Policy(now.generation() + 1, now.blocked(), now.denied(), null, now.kept()));
        }
        try {
            memoryPrograms.recover();
            baseline.forget();
        } catch (IOException e) {
            throw new ExecutionException("vm.memfd_noexec could not be set back: " + e.getMessage(), e);
        }
    }

    /** Makes a policy hold: with a listener if it refuses anything, without one otherwise. */
    private void put(Policy next) throws ExecutionException {
        if (closed) {
            throw new ExecutionException("the agent is ending");
        }
        var before = policy;
        var running = listener;
        if (next.idle()) {
            policy = next;
            if (running != null) {
                listener = null;
                running.close();
                clearMarker();
            }
            return;
        }
        if (running != null) {
            policy = next;
            try {
                running.policyChanged();
            } catch (IOException e) {
                throw new ExecutionException("programs may not be refused yet: " + e.getMessage(), e);
            }
            return;
        }
        try {
            var known = found;
            var kept = known == null ? KeptFiles.of(KeptFiles.ofThisAgent()) : known;
            policy = next.keeping(kept);
            marker.set();
            listener = Listener.start(rules, which, this::listenerEnded, log);
            if (known != null) {
                aside.execute(this::lookForKeptFiles);
            }
        } catch (IOException e) {
            policy = before;
            clearMarker();
            throw new ExecutionException("programs cannot be refused: " + e.getMessage(), e);
        }
    }

    /** A program may have been updated since they were looked for. */
    private void lookForKeptFiles() {
        var now = KeptFiles.of(KeptFiles.ofThisAgent());
        found = now;
        synchronized (this) {
            var before = policy;
            if (closed || listener == null || before.kept().isAs(now)) {
                return;
            }
            try {
                put(before.keeping(now));
            } catch (ExecutionException e) {
                log.error(e, "kept-files-not-renewed");
            }
        }
    }

    /** Of this machine the file systems that the agent keeps busy anyway; private ones go with the agent. */
    private boolean mayStayOpen(long device) {
        return !which.equals(FileSystems.ALL) || policy.kept().liesOn(device);
    }

    private void clearMarker() {
        try {
            marker.clear();
        } catch (IOException e) {
            log.warn(e, "execution-marker-not-removed");
        }
    }

    /** The verdict thread ended by itself: everything may start until a new one is there. */
    private void listenerEnded() {
        aside.execute(() -> {
            events.lost("Judging programs ended by a fault and is started again; for a moment nothing was refused.");
            synchronized (this) {
                var broken = listener;
                if (closed || broken == null) {
                    return;
                }
                listener = null;
                broken.close();
                try {
                    put(policy);
                } catch (ExecutionException e) {
                    log.error(e, "execution-control-not-restarted");
                    events.lost("Judging programs could not be started again: " + e.getMessage());
                }
            }
        });
    }

    /** How long answers took since this was opened. */
    public AnswerTimes answerTimes() {
        return rules.times();
    }

    @Override
    public ExecutionMode mode() {
        var restriction = policy.restriction();
        return restriction == null ? ExecutionMode.NONE : restriction.policy().mode();
    }

    @Override
    public List<Check> verify() throws InterruptedException {
        List<Path> places = new ArrayList<>();
        if (which.equals(FileSystems.ALL)) {
            places.add(stateDirectory);
            places.addAll(PROBE_PLACES);
        } else {
            which.first().ifPresent(places::add);
        }
        return new Trial(places, this).run(mode());
    }

    @Override
    public void close() {
        Listener running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = listener;
            listener = null;
        }
        aside.shutdown();
        if (running != null) {
            running.close();
        }
        denials.close();
    }
}
