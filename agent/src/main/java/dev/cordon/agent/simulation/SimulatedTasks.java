package dev.cordon.agent.simulation;

import com.google.protobuf.ByteString;
import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.task.TaskHandler;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Support;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * What a simulated machine holds, and how it behaves when it is told to do something other than to isolate itself. Like
 * a real machine's disk it outlives the agent. Safe for use by many threads.
 */
public final class SimulatedTasks {

    /**
     * How orders of one kind go.
     *
     * @param delay how long they take; a cancellation is heeded meanwhile
     * @param fails the message with which they fail
     * @param support whether the machine can do it at all
     */
    public record Behaviour(Duration delay, Optional<String> fails, Support support) {

        /** Does at once what it is told. */
        public static final Behaviour OBEDIENT =
                new Behaviour(Duration.ZERO, Optional.empty(), Support.SUPPORT_ENFORCED);

        public static Behaviour slow(Duration delay) {
            return new Behaviour(delay, Optional.empty(), Support.SUPPORT_ENFORCED);
        }

        public static Behaviour failing(String message) {
            return new Behaviour(Duration.ZERO, Optional.of(message), Support.SUPPORT_ENFORCED);
        }

        public static Behaviour unable() {
            return new Behaviour(Duration.ZERO, Optional.empty(), Support.SUPPORT_UNSUPPORTED);
        }
    }

    /** A file in the vault, and the action that brought it there. */
    record Quarantined(String path, String actionId, ByteString content) {}

    private final Map<Command.OrderCase, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, Quarantined> vault = new TreeMap<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile String execution = "None";
    private volatile long executionSequence;

    /** From now on orders of this kind go like this. */
    public void behave(Command.OrderCase order, Behaviour behaviour) {
        behaviours.put(order, behaviour);
    }

    /** What carries orders out on this machine; made anew for each agent that runs on it. */
    public List<TaskHandler> handlers() {
        return SimulatedTaskHandler.all(this);
    }

    Behaviour behaviour(Command.OrderCase order) {
        return behaviours.getOrDefault(order, Behaviour.OBEDIENT);
    }

    /** From now on every order waits for {@link #letGo}, or for its cancellation. */
    public void hold() {
        held = new CountDownLatch(1);
    }

    /** Ends what {@link #hold} began. */
    public void letGo() {
        held.countDown();
    }

    CountDownLatch held() {
        return held;
    }

    /** Puts a file on the machine. */
    public synchronized void put(String path, byte[] content) {
        files.put(path, content.clone());
    }

    /** The file at this place, if one is there. */
    public synchronized Optional<byte[]> file(String path) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    /** The paths of the files with this hash. */
    synchronized List<String> find(FileHash hash) {
        return files.entrySet().stream()
                .filter(file -> matches(file.getValue(), hash))
                .map(Map.Entry::getKey)
                .toList();
    }

    synchronized byte[] quarantine(String path, String actionId) {
        var content = files.remove(path);
        var kept = content == null ? new byte[0] : content;
        vault.put(path, new Quarantined(path, actionId, ByteString.copyFrom(kept)));
        return kept;
    }

    /** Gives back what fits: of one action, with one hash, or everything. */
    synchronized List<Quarantined> restore(String actionId, Optional<FileHash> hash) {
        var fitting = vault.values().stream()
                .filter(kept -> actionId.isEmpty() || kept.actionId().equals(actionId))
                .filter(kept -> hash.isEmpty() || matches(kept.content().toByteArray(), hash.get()))
                .toList();
        fitting.forEach(kept -> {
            vault.remove(kept.path());
            files.put(kept.path(), kept.content().toByteArray());
        });
        return fitting;
    }

    private static boolean matches(byte[] content, FileHash hash) {
        return hash(content, hash.algorithm()).equals(hash);
    }

    static FileHash hash(byte[] content, HashAlgorithm algorithm) {
        try {
            return FileHash.of(
                    MessageDigest.getInstance(algorithm.standardName()).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no " + algorithm, e);
        }
    }

    /** "None", "Restricted" or "Monitored". */
    public String execution() {
        return execution;
    }

    long executionSequence() {
        return executionSequence;
    }

    void execution(String value, long sequence) {
        executionSequence = sequence;
        execution = value;
    }
}
