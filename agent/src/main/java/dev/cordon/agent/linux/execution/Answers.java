package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Gives answers to the kernel, each once, and tells of refusals. What the agent does besides for a start that it knows
 * comes after the answer: somebody waits for it.
 *
 * <p>The judges conclude; all else is for the verdict thread.
 */
final class Answers {

    /** Shorter than refusals are gathered, so that who was refused before in this time is told of already. */
    private static final long SAME_REFUSAL_NANOS = 5_000_000_000L;

    private final Kernel kernel;
    private final Group group;
    private final int wake;
    private final Rules rules;
    private final Log log;
    /** Answered by a judge, with a lease. */
    private final ConcurrentLinkedQueue<Pending> released = new ConcurrentLinkedQueue<>();

    private @Nullable AnsweredFiles files;
    private @Nullable FileState refused;
    private long refusedAt;

    /**
     * @param kernel of the verdict thread
     * @param wake makes the verdict thread look for what was {@link #released}
     */
    Answers(Kernel kernel, Group group, int wake, Rules rules, Log log) {
        this.kernel = kernel;
        this.group = group;
        this.wake = wake;
        this.rules = rules;
        this.log = log;
    }

    /** What other threads than the verdict thread have answered for, with a lease. */
    ConcurrentLinkedQueue<Pending> released() {
        return released;
    }

    /** @param keep takes over files that may start */
    void keepIn(AnsweredFiles keep) {
        files = keep;
    }

    /** Lets a start go on of which nothing is to be known. */
    void allowUnseen(int descriptor) {
        group.answer(kernel, descriptor, true);
        kernel.close(descriptor);
    }

    /** Lets the one go on who waits; {@link #keep} is to follow. */
    void allow(int descriptor, long asked) {
        group.answer(kernel, descriptor, true);
        rules.times().add(System.nanoTime() - asked);
    }

    /** Takes over the descriptor of a file that may start, once that is answered. */
    void keep(Pending pending) {
        var keep = files;
        if (pending.leased() && keep != null) {
            keep.keep(pending, System.nanoTime());
        } else {
            kernel.close(pending.descriptor());
        }
    }

    /**
     * Refuses a file that is known. What is told of it is read of the one who waits, unless the same file was refused a
     * moment ago and is only counted once more.
     */
    void refuse(int descriptor, int pid, FileState state, Verdict verdict, long asked) {
        var pending = new Pending(descriptor, pid, false, false, false, state, false, asked, new AtomicBoolean(true));
        boolean again = state.equals(refused) && asked - refusedAt < SAME_REFUSAL_NANOS;
        if (!again) {
            note(kernel, pending, verdict, "");
            refused = state;
            refusedAt = asked;
        }
        group.answer(kernel, descriptor, false);
        rules.times().add(System.nanoTime() - asked);
        if (again) {
            note(kernel, pending, verdict, "");
        }
        kernel.close(descriptor);
    }

    /** It is still open for writing. */
    void refuseContested(Pending pending) {
        boolean deny = rules.policy().get().refusesAnything();
        if (pending.answered().compareAndSet(false, true)) {
            group.answer(kernel, pending.descriptor(), !deny);
            kernel.close(pending.descriptor());
            log.warn("execution-refused-unjudged", "reason", "is being written by somebody", "pid", pending.pid());
        }
    }

    /** A file that cannot be read to its end in a minute: where only trusted files may start, it may not. */
    void giveUp(Pending pending) {
        var restriction = rules.policy().get().restriction();
        boolean deny = restriction != null && !restriction.policy().monitorOnly();
        if (pending.answered().compareAndSet(false, true)) {
            group.answer(kernel, pending.descriptor(), !deny);
            log.warn("execution-not-judged-in-time", "pid", pending.pid(), "denied", deny);
        }
    }

    /**
     * Answers, once, whoever calls. The descriptor is closed here or, while a lease has to be held on, by the verdict
     * thread.
     */
    void conclude(Kernel caller, Pending pending, Verdict verdict, String hash) {
        boolean first = pending.answered().compareAndSet(false, true);
        if (first) {
            if (verdict != Verdict.ALLOWED) {
                note(caller, pending, verdict, hash);
            }
            group.answer(caller, pending.descriptor(), !verdict.denies());
        }
        if (!first || !pending.leased() || verdict.denies()) {
            caller.close(pending.descriptor());
        } else if (caller == kernel) {
            keep(pending);
        } else {
            released.add(pending);
            caller.wake(wake);
        }
    }

    /** Told as one: the same verdict about the same content, or about the same file where that is not known. */
    private void note(Kernel caller, Pending pending, Verdict verdict, String hash) {
        var known = hash.isEmpty() ? rules.cache().hashes(pending.state()) : null;
        var sha256 = known == null ? Optional.<FileHash>empty() : known.of(HashAlgorithm.SHA256);
        Object content = hash.isEmpty() ? pending.state().id() : FileHash.parse(hash);
        rules.denials()
                .note(
                        List.of(verdict, sha256.isPresent() ? sha256.get() : content),
                        () -> Told.about(
                                caller,
                                pending,
                                verdict,
                                sha256.map(FileHash::hex).orElse(hash)));
    }
}
