package dev.cordon.agent.simulation;

import dev.cordon.agent.isolation.IsolationException;
import dev.cordon.agent.isolation.IsolationSpec;
import dev.cordon.agent.isolation.NetworkIsolation;
import dev.cordon.agent.isolation.UnsupportedNetworkIsolation;
import dev.cordon.protocol.wire.Capability;
import dev.cordon.protocol.wire.Check;
import dev.cordon.protocol.wire.Support;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An isolation that cuts nothing: it remembers what was asked for, and takes time, fails or lies as told.
 *
 * <p>Like a kernel's rules, what is in force outlives the agent: {@link #close} leaves it, and the next agent that is
 * given the same object finds it. Safe for use by many threads.
 */
public final class SimulatedNetworkIsolation implements NetworkIsolation {

    /**
     * How the machine behaves.
     *
     * @param delay how long applying and releasing take
     * @param applyFails message with which applying fails
     * @param releaseFails message with which releasing fails
     * @param verifyFails what verification finds wrong although nothing failed
     */
    public record Behaviour(
            Duration delay, Optional<String> applyFails, Optional<String> releaseFails, Optional<String> verifyFails) {

        /** Does at once what it is told. */
        public static final Behaviour OBEDIENT =
                new Behaviour(Duration.ZERO, Optional.empty(), Optional.empty(), Optional.empty());

        public static Behaviour slow(Duration delay) {
            return new Behaviour(delay, Optional.empty(), Optional.empty(), Optional.empty());
        }

        public static Behaviour failingToApply(String message) {
            return new Behaviour(Duration.ZERO, Optional.of(message), Optional.empty(), Optional.empty());
        }

        public static Behaviour failingToRelease(String message) {
            return new Behaviour(Duration.ZERO, Optional.empty(), Optional.of(message), Optional.empty());
        }

        public static Behaviour failingToVerify(String finding) {
            return new Behaviour(Duration.ZERO, Optional.empty(), Optional.empty(), Optional.of(finding));
        }
    }

    private volatile Behaviour behaviour = Behaviour.OBEDIENT;
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile @Nullable IsolationSpec current;
    private volatile @Nullable TamperListener listener;
    private volatile int applied;
    private volatile int released;

    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** From now on applying and releasing wait for {@link #letGo}: the machine is busy for as long as a test needs. */
    public void hold() {
        held = new CountDownLatch(1);
    }

    /** Ends what {@link #hold} began. */
    public void letGo() {
        held.countDown();
    }

    /** What is in force now. */
    public Optional<IsolationSpec> current() {
        return Optional.ofNullable(current);
    }

    /** How often an isolation was put in force. */
    public int timesApplied() {
        return applied;
    }

    /** How often an isolation was taken away. */
    public int timesReleased() {
        return released;
    }

    /** Somebody removes the rules; they are put back, as a real machine's watcher does. */
    public void tamper(String whatWasSeen) {
        var told = listener;
        if (current != null && told != null) {
            told.reapplied(whatWasSeen);
        }
    }

    /** Somebody removes the rules and nobody notices. */
    public synchronized void lose() {
        current = null;
    }

    @Override
    public Capability probe() {
        return Capability.newBuilder()
                .setName(UnsupportedNetworkIsolation.CAPABILITY)
                .setSupport(Support.SUPPORT_ENFORCED)
                .build();
    }

    @Override
    public synchronized void apply(IsolationSpec spec) throws IsolationException {
        pause();
        failIf(behaviour.applyFails());
        current = spec;
        applied++;
    }

    @Override
    public synchronized List<Check> verify(IsolationSpec spec) {
        var found = current;
        boolean same = found != null
                && found.mode() == spec.mode()
                && found.exclusions().equals(spec.exclusions());
        return List.of(check(same && behaviour.verifyFails().isEmpty(), "isolated as asked"));
    }

    @Override
    public synchronized void updateControl(Set<InetSocketAddress> control) {
        var found = current;
        if (found != null) {
            current = new IsolationSpec(found.mode(), found.exclusions(), control);
        }
    }

    @Override
    public synchronized void release() throws IsolationException {
        pause();
        failIf(behaviour.releaseFails());
        if (current != null) {
            current = null;
            released++;
        }
    }

    @Override
    public synchronized List<Check> verifyReleased() {
        return List.of(check(current == null && behaviour.verifyFails().isEmpty(), "nothing is cut"));
    }

    @Override
    public boolean inForce() {
        return current != null;
    }

    @Override
    public void onTampering(TamperListener told) {
        listener = told;
    }

    @Override
    public void close() {
        listener = null;
    }

    private Check check(boolean passed, String good) {
        return Check.newBuilder()
                .setName("simulated")
                .setPassed(passed)
                .setDetail(passed ? good : behaviour.verifyFails().orElse("not " + good))
                .build();
    }

    private void pause() throws IsolationException {
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IsolationException("interrupted while held", e);
        }
        if (!behaviour.delay().isZero()) {
            LockSupport.parkNanos(behaviour.delay().toNanos());
        }
    }

    private static void failIf(Optional<String> message) throws IsolationException {
        if (message.isPresent()) {
            throw new IsolationException(message.get(), null);
        }
    }
}
