package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Goes once through what the first block needs, without marking or refusing anything: the run time loads its classes,
 * the machine its libcrypto, and the first file that is blocked is refused some hundred milliseconds sooner. What it
 * takes of memory is given back. Stateless.
 */
final class Rehearsal {

    private static final Path SMALL_PROGRAM = Path.of("/bin/true");

    private static final int LONGEST_SECONDS = 5;

    private Rehearsal() {}

    /** @param denials is told nothing */
    static void run(Denials denials) {
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            var nothing =
                    new Rules(() -> Policy.NOTHING, device -> false, new VerdictCache(), denials, new AnswerTimes());
            Listener.start(nothing, mount -> false, () -> {}, Log.silent()).close();
            hasher.hash(SMALL_PROGRAM, EnumSet.allOf(HashAlgorithm.class), FileHasher.NO_LIMIT);
            int file = kernel.open(SMALL_PROGRAM.toString());
            if (file >= 0) {
                judge(kernel, file);
                kernel.close(file);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // the first block takes longer, that is all
        }
    }

    /** As the verdict thread and the judges do, but nobody waits for the answer. */
    private static void judge(Kernel kernel, int file) throws IOException, InterruptedException {
        var state = kernel.state(file);
        if (state == null) {
            return;
        }
        long now = System.nanoTime();
        var nobody = new Pending(file, Marks.ownPid(), false, false, false, state, false, now, new AtomicBoolean(true));
        var cache = new VerdictCache();
        cache.find(state, Policy.NOTHING);
        cache.settled(state, Policy.NOTHING);
        new Leases(kernel).undisturbed(file);
        new KillTimer(kernel).close();
        new HeldLeases(kernel).tidy(now);
        new RecentStarters().seen(nobody.pid(), now);
        var judged = new CountDownLatch(1);
        Judges.Writes unwatched = (caller, descriptor) -> VerdictCache.UNWATCHED;
        Judges.Conclusion tell = (caller, about, verdict, hash) -> {
            Told.about(caller, about, verdict, hash);
            judged.countDown();
        };
        try (var judges = new Judges(() -> Policy.NOTHING, cache, unwatched, tell)) {
            judges.judge(nobody, false);
            judged.await(LONGEST_SECONDS, TimeUnit.SECONDS);
        }
    }
}
