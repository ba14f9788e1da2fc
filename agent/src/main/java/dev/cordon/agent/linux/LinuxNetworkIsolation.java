package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Network isolation with nftables, in whatever network namespace this process is.
 *
 * <p>What the rules say and why is told at {@link Ruleset}. {@link #apply} goes in this order: look up every name,
 * rehearse the rules without putting them in force, write the state file and sync it, load everything in one kernel
 * transaction, end the connections that are not allowed. A failure before the transaction changes nothing; the
 * transaction itself is all or nothing. The first {@link #probe} has gone through all of it before ({@link Rehearsal}).
 *
 * <p>While an isolation is in force a watcher compares the kernel's rules with what was asked whenever anybody changes
 * rules or devices, and puts them back. Safe for use by several threads; one thing is done at a time.
 */
public final class LinuxNetworkIsolation implements NetworkIsolation {

    private static final String CAPABILITY = "NetworkIsolation";
    private static final int LOOK_MILLIS = 5_000;
    private static final int LOOK_FOR_SERVICES_MILLIS = 1_000;
    private static final int DEVICE_RETRIES = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final StateFile stateFile;
    private final @Nullable Nft nft;
    private final @Nullable Tables tables;
    private final String refusal;
    private final Struggle struggle = new Struggle();

    private @Nullable InForce current;
    private @Nullable Watcher watcher;
    private @Nullable Rehearsal rehearsal;
    private volatile @Nullable TamperListener listener;

    /** What this process has put in force. */
    private record InForce(
            IsolationSpec spec,
            Map<String, Long> users,
            Plan plan,
            Devices devices,
            Tables.Expected expected,
            OpenConnections.Ended ended) {}

    private LinuxNetworkIsolation(Path stateDirectory, Optional<Nft> opened) {
        this.stateFile = new StateFile(stateDirectory);
        this.nft = opened.orElse(null);
        this.refusal = refusal(opened);
        this.tables = nft == null || !refusal.isEmpty() ? null : tables(nft);
    }

    /**
     * Opens the isolation of the network namespace this process is in. Never fails: what is missing is told by
     * {@link #probe}. An isolation of an earlier process stays in force until {@link #apply} or {@link #release}.
     */
    public static NetworkIsolation open(Path stateDirectory) {
        return open(stateDirectory, Nft.open());
    }

    static LinuxNetworkIsolation open(Path stateDirectory, Optional<Nft> nft) {
        return new LinuxNetworkIsolation(stateDirectory, nft);
    }

    private static String refusal(Optional<Nft> nft) {
        if (nft.isEmpty()) {
            return "nftables is missing: apt-get install nftables (or your distribution's package of that name)";
        }
        if (!Capabilities.has(Capabilities.NET_ADMIN)) {
            return "the agent lacks CAP_NET_ADMIN: run it as root, or give the unit "
                    + "AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW";
        }
        return Tables.refusal(nft.get())
                .map(reason -> "the kernel refuses nftables rules: " + reason)
                .orElse("");
    }

    private static Tables tables(Nft nft) {
        SecureRandom random = new SecureRandom();
        byte[] suffix = new byte[4];
        random.nextBytes(suffix);
        return new Tables(nft, HexFormat.of().formatHex(suffix), random.nextInt(1, Integer.MAX_VALUE));
    }

    private Tables usable() throws IsolationException {
        Tables present = tables;
        if (present == null) {
            throw new IsolationException("this machine cannot be isolated: " + refusal, null);
        }
        return present;
    }

    @Override
    public Capability probe() {
        Capability.Builder capability = Capability.newBuilder().setName(CAPABILITY);
        Tables present = tables;
        if (present == null) {
            return capability
                    .setSupport(Support.SUPPORT_UNSUPPORTED)
                    .addLimits(refusal)
                    .build();
        }
        capability.setSupport(Support.SUPPORT_ENFORCED);
        Rehearsal held = rehearsal(present);
        if (held.rules().isPresent()) {
            return capability
                    .setSupport(Support.SUPPORT_UNSUPPORTED)
                    .addLimits("the rules of an isolation cannot be loaded: "
                            + held.rules().get())
                    .build();
        }
        if (held.connections().isPresent()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits("open connections only fall silent, they cannot be ended: "
                            + held.connections().get());
        }
        if (!present.ownsTables()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits(
                            "libnftables is missing, so rules can be removed by another root process until the agent "
                                    + "has put them back: apt-get install libnftables1");
        }
        if (!present.stopsFrames()) {
            capability
                    .setSupport(Support.SUPPORT_PARTIAL)
                    .addLimits("this kernel has no hook for outgoing frames (Linux 5.16 brings it), so programs with "
                            + "CAP_NET_RAW can still send raw frames");
        }
        if (!Capabilities.has(Capabilities.NET_RAW)) {
            capability.addLimits("the agent lacks CAP_NET_RAW, so it does not try whether raw frames are stopped");
        }
        if (!Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))) {
            capability.addLimits(
                    "there is no cgroup v2 at /sys/fs/cgroup, so exclusions cannot name a service (users and"
                            + " destinations work)");
        }
        return capability.build();
    }

    private Rehearsal rehearsal(Tables present) {
        lock.lock();
        try {
            Rehearsal held = rehearsal;
            if (held == null || !held.passed()) {
                held = Rehearsal.hold(present, stateFile);
                rehearsal = held;
            }
            return held;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void apply(IsolationSpec spec) throws IsolationException {
        lock.lock();
        try {
            put(usable(), spec, users(spec), true);
        } finally {
            lock.unlock();
        }
    }

    /** Users of a directory service cannot be looked up any more once the directory is cut off. */
    private Map<String, Long> users(IsolationSpec spec) throws IsolationException {
        InForce known = current;
        return known != null
                        && known.spec().mode() == spec.mode()
                        && known.spec().exclusions().equals(spec.exclusions())
                ? known.users()
                : Plan.users(spec);
    }

    private void put(Tables present, IsolationSpec spec, Map<String, Long> users, boolean endConnections)
            throws IsolationException {
        Plan plan = Plan.of(spec, users);
        startWatcher();
        Optional<String> before = remembered();
        InForce loaded;
        try {
            loaded = load(present, spec, users, plan);
        } catch (IOException e) {
            restore(before);
            throw new IsolationException("the isolation was not changed: " + e.getMessage(), e);
        }
        InForce previous = current;
        OpenConnections.Ended ended =
                endConnections ? OpenConnections.endAllBut(plan) : previous == null ? loaded.ended() : previous.ended();
        current = new InForce(spec, users, plan, loaded.devices(), loaded.expected(), ended);
    }

    private Optional<String> remembered() throws IsolationException {
        try {
            return stateFile.read();
        } catch (IOException e) {
            throw new IsolationException(
                    "the isolation was not changed: " + stateFile.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private InForce load(Tables present, IsolationSpec spec, Map<String, Long> users, Plan plan) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Devices devices = Devices.present();
            try {
                Tables.Expected expected = present.rehearse(plan, devices.hookable());
                write(present.stateFile(plan));
                present.load(plan, devices.hookable());
                return new InForce(spec, users, plan, devices, expected, new OpenConnections.Ended(0, ""));
            } catch (NftException e) {
                if (attempt == DEVICE_RETRIES || devices.equals(Devices.present())) {
                    throw e;
                }
            }
        }
    }

    private void write(String ruleset) throws IOException {
        try {
            if (!stateFile.read().equals(Optional.of(ruleset))) {
                stateFile.write(ruleset);
            }
        } catch (IOException e) {
            throw new IOException(stateFile.path() + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void restore(Optional<String> before) {
        try {
            if (before.isEmpty()) {
                stateFile.remove();
            } else if (!stateFile.read().equals(before)) {
                stateFile.write(before.get());
            }
        } catch (IOException e) {
            // The file then says more than is in force; the agent's journal decides at its next start.
        }
    }

    private void startWatcher() throws IsolationException {
        if (watcher == null) {
            try {
                watcher = Watcher.start(this::look);
            } catch (IOException e) {
                throw new IsolationException(
                        "the isolation was not changed: its rules could not be watched: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public List<Check> verify(IsolationSpec spec) {
        lock.lock();
        try {
            Tables present = usable();
            Plan plan = Plan.of(spec, users(spec));
            List<Check> checks = new ArrayList<>();
            checks.add(checkRuleset(present, spec, plan));
            checks.add(checkStateFile(Optional.of(present.stateFile(plan))));
            checks.addAll(Probes.all(plan, present));
            checks.add(checkConnections(plan));
            return checks;
        } catch (IsolationException e) {
            return List.of(Probes.check("ruleset", false, String.valueOf(e.getMessage()), System.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    private Check checkRuleset(Tables present, IsolationSpec spec, Plan plan) {
        long start = System.nanoTime();
        try {
            Devices devices = Devices.present();
            InForce known = current;
            Tables.Expected expected = known != null
                            && known.spec().equals(spec)
                            && known.plan().equals(plan)
                            && known.devices().equals(devices)
                    ? known.expected()
                    : present.rehearse(plan, devices.hookable());
            Optional<String> difference = present.difference(expected);
            if (difference.isPresent()) {
                return Probes.check("ruleset", false, difference.get(), start);
            }
            if (present.stopsFrames() && !devices.strange().isEmpty()) {
                return Probes.check(
                        "ruleset",
                        false,
                        devices.strange().size()
                                + " devices have names that nftables cannot express, so raw frames pass there; rename"
                                + " them",
                        start);
            }
            String frames = present.stopsFrames()
                    ? "raw frames are stopped on " + devices.hookable().size() + " devices"
                    : "raw frames are not covered by this kernel";
            return Probes.check("ruleset", true, "the rules are exactly as asked; " + frames, start);
        } catch (IOException e) {
            return Probes.check("ruleset", false, "the rules could not be read: " + e.getMessage(), start);
        }
    }

    private Check checkStateFile(Optional<String> expected) {
        long start = System.nanoTime();
        try {
            Optional<String> actual = stateFile.read();
            boolean same = actual.equals(expected);
            String what = expected.isPresent() ? "holds the rules for the next boot" : "is gone";
            return Probes.check(
                    "state-file",
                    same,
                    stateFile.path() + (same ? " " + what : " is not as it should be: it must be that it " + what),
                    start);
        } catch (IOException e) {
            return Probes.check("state-file", false, "cannot be read: " + e.getMessage(), start);
        }
    }

    private Check checkConnections(Plan plan) {
        long start = System.nanoTime();
        InForce known = current;
        String ended = known == null ? "" : known.ended().count() + " were ended; ";
        String error = known == null || known.ended().error().isEmpty()
                ? ""
                : " (" + known.ended().error() + ")";
        try {
            int left = OpenConnections.countDisallowed(plan);
            return Probes.check("connections", left == 0, ended + left + " are open" + error, start);
        } catch (IOException e) {
            return Probes.check(
                    "connections", error.isEmpty(), ended + "they cannot be listed: " + e.getMessage() + error, start);
        }
    }

    @Override
    public void updateControl(Set<InetSocketAddress> control) throws IsolationException {
        lock.lock();
        try {
            InForce known = current;
            if (known != null && !known.spec().control().equals(control)) {
                IsolationSpec spec =
                        new IsolationSpec(known.spec().mode(), known.spec().exclusions(), control);
                put(usable(), spec, known.users(), false);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release() throws IsolationException {
        lock.lock();
        try {
            InForce before = current;
            current = null;
            try {
                if (tables != null || Files.exists(stateFile.path())) {
                    usable().remove();
                }
                stateFile.remove();
            } catch (IOException e) {
                current = before;
                throw new IsolationException("the isolation could not be taken away: " + e.getMessage(), e);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Check> verifyReleased() {
        lock.lock();
        try {
            long start = System.nanoTime();
            Check ruleset;
            Tables present = tables;
            if (present == null) {
                ruleset = Probes.check("ruleset", false, "cannot be looked at: " + refusal, start);
            } else {
                List<String> left = present.ours();
                ruleset = Probes.check(
                        "ruleset",
                        left.isEmpty(),
                        left.isEmpty() ? "no table of the agent is left" : "still there: " + String.join(", ", left),
                        start);
            }
            return List.of(ruleset, checkStateFile(Optional.empty()));
        } catch (NftException e) {
            return List.of(Probes.check(
                    "ruleset", false, "the rules could not be read: " + e.getMessage(), System.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean inForce() {
        lock.lock();
        try {
            return tables != null && tables.inForce();
        } catch (NftException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onTampering(TamperListener listener) {
        this.listener = listener;
        lock.lock();
        try {
            if (tables != null) {
                startWatcher();
            }
        } catch (IsolationException e) {
            // An isolation tries again, and is refused with the reason.
        } finally {
            lock.unlock();
        }
    }

    /** The watcher's look; returns how long it may wait until the next one. */
    private int look() {
        Optional<String> seen = Optional.empty();
        IsolationException failure = null;
        int wait = -1;
        lock.lock();
        try {
            InForce known = current;
            Tables present = tables;
            if (known == null || present == null) {
                return -1;
            }
            wait = known.plan().namesServices() || namesService(known.spec()) ? LOOK_FOR_SERVICES_MILLIS : LOOK_MILLIS;
            try {
                boolean moved = !known.devices().equals(Devices.present())
                        || (namesService(known.spec())
                                && !Plan.of(known.spec(), known.users()).equals(known.plan()));
                if (!moved) {
                    seen = present.difference(known.expected()).or(this::stateFileMissing);
                }
                if (moved || seen.isPresent()) {
                    put(present, known.spec(), known.users(), seen.isPresent());
                }
            } catch (IOException e) {
                seen = Optional.of("the rules could not be read");
                failure = new IsolationException(String.valueOf(e.getMessage()), e);
            } catch (IsolationException e) {
                failure = e;
            }
        } finally {
            lock.unlock();
        }
        if (seen.isPresent() || failure != null) {
            Duration rest = struggle.next();
            tell(seen.orElse("devices or services changed"), failure, rest);
            return failure == null && rest.isZero() ? wait : struggle.pause(rest);
        }
        return wait;
    }

    private Optional<String> stateFileMissing() {
        return Files.exists(stateFile.path()) ? Optional.empty() : Optional.of(stateFile.path() + " was deleted");
    }

    private void tell(String seen, @Nullable IsolationException failure, Duration rest) {
        TamperListener told = listener;
        if (told == null || (!rest.isZero() && !struggle.worthTelling())) {
            return;
        }
        if (failure == null) {
            told.reapplied(seen);
        } else {
            told.reapplyFailed(seen, failure);
        }
    }

    private static boolean namesService(IsolationSpec spec) {
        return spec.mode() == IsolationSpec.Mode.SELECTIVE
                && spec.exclusions().stream()
                        .anyMatch(exclusion -> !exclusion.getService().isEmpty());
    }

    /** Stops watching and gives the owned table up; the other rules stay in force. */
    @Override
    public void close() {
        Watcher running;
        lock.lock();
        try {
            current = null;
            running = watcher;
            watcher = null;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.close();
        }
        lock.lock();
        try {
            if (nft != null) {
                nft.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
