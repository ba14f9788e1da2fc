package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
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

    private LinuxNetworkIsolation(Path stateDirectory, Optional<Nft> opened) {
        this.stateFile = new StateFile(stateDirectory);
        this.nft = opened.orElse(null);
        this.refusal = IsolationSupport.refusal(opened);
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
        Tables present = tables;
        return present == null ? IsolationSupport.none(refusal) : IsolationSupport.of(present, rehearsal(present));
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
            stateFile.restore(before);
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
                stateFile.put(present.stateFile(plan));
                present.load(plan, devices.hookable());
                return new InForce(spec, users, plan, devices, expected, new OpenConnections.Ended(0, ""));
            } catch (NftException e) {
                if (attempt == DEVICE_RETRIES || devices.equals(Devices.present())) {
                    throw e;
                }
            }
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
            return Inspection.applied(present, stateFile, spec, plan, current);
        } catch (IsolationException e) {
            return List.of(Inspection.unknown(String.valueOf(e.getMessage())));
        } finally {
            lock.unlock();
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
            return Inspection.released(tables, refusal, stateFile);
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
            wait = known.plan().namesServices() || known.namesService() ? LOOK_FOR_SERVICES_MILLIS : LOOK_MILLIS;
            try {
                boolean moved = !known.devices().equals(Devices.present())
                        || (known.namesService()
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
