package dev.cordon.server.actions;

import dev.cordon.gateway.MachineRef;
import dev.cordon.protocol.wire.Progress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How far running commands are, as their machines last said. In memory only: what is lost, the machine says again.
 * Thread-safe.
 */
public final class RunningProgress {

    private static final int MOST = 20_000;
    private static final int LONGEST = 200;

    private final InstantSource time;
    private final ConcurrentMap<MachineRef, Told> told = new ConcurrentHashMap<>();

    public RunningProgress(InstantSource time) {
        this.time = time;
    }

    /** @param percent 0 to 100 */
    record Told(long sequence, int percent, String doing, Instant at) {}

    /** A machine says how far it is. Only the newest of a machine is kept. */
    public void told(MachineRef machine, Progress progress) {
        if (told.size() >= MOST) {
            told.clear();
        }
        var doing = ReportText.clean(progress.getDoing());
        told.put(
                machine,
                new Told(
                        progress.getSequence(),
                        Math.clamp(Integer.toUnsignedLong(progress.getPercent()), 0, 100),
                        doing.length() > LONGEST ? doing.substring(0, LONGEST) : doing,
                        time.instant()));
    }

    Optional<Told> of(MachineRef machine, long sequence) {
        return Optional.ofNullable(told.get(machine)).filter(progress -> progress.sequence() == sequence);
    }
}
