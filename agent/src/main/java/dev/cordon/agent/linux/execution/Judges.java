package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.FileHasher;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.hash.Hashes;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and judges them, on threads of their own, so that a large file or a slow disk makes nobody wait but those
 * who want to start just that file. The verdict thread bounds how many files are in their hands.
 */
final class Judges implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int MOST_READINGS = 3;

    private final Supplier<Policy> policy;
    private final VerdictCache cache;
    private final Writes writes;
    private final Conclusion conclusion;
    private final BlockingQueue<Case> cases = new LinkedBlockingQueue<>();
    private final Thread[] threads = new Thread[THREADS];
    private volatile boolean closed;

    private record Case(Pending pending, boolean foreign) {}

    /** Lets the kernel tell when the file was written; see {@link Group#watch}. */
    interface Writes {
        long watch(Kernel caller, int descriptor);
    }

    /** Answers. */
    interface Conclusion {
        /** @param sha256 of the file in hex, or empty where it was not computed */
        void conclude(Kernel caller, Pending pending, Verdict verdict, String sha256);
    }

    private record Opinion(Verdict verdict, String sha256) {
        static Opinion of(Verdict verdict, @Nullable Hashes hashes) {
            return new Opinion(
                    verdict,
                    hashes == null
                            ? ""
                            : hashes.of(HashAlgorithm.SHA256).map(FileHash::hex).orElse(""));
        }
    }

    Judges(Supplier<Policy> policy, VerdictCache cache, Writes writes, Conclusion conclusion) {
        this.policy = policy;
        this.cache = cache;
        this.writes = writes;
        this.conclusion = conclusion;
        for (int i = 0; i < THREADS; i++) {
            threads[i] =
                    Thread.ofPlatform().name("execution-judge-" + i).daemon().start(this::work);
        }
    }

    /** @param foreign the content is another machine's or a program's, and is not looked at */
    void judge(Pending pending, boolean foreign) {
        cases.add(new Case(pending, foreign));
    }

    private void work() {
        try (var kernel = new Kernel();
                var hasher = FileHasher.open()) {
            var opened = new OpenedFiles(kernel);
            while (!closed) {
                var next = cases.take();
                Opinion opinion;
                try {
                    opinion = isData(opened, next.pending())
                            ? Opinion.of(Verdict.ALLOWED, null)
                            : next.foreign() ? unseen(kernel, next.pending()) : opinion(kernel, hasher, next.pending());
                } catch (IOException | RuntimeException e) {
                    // what cannot be read cannot be what is blocked, and is not known to be trusted
                    opinion = new Opinion(policy.get().judgeUnseen(false), "");
                }
                conclusion.conclude(kernel, next.pending(), opinion.verdict(), opinion.sha256());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isData(OpenedFiles opened, Pending pending) {
        if (!pending.opened() || opened.kind(pending) == OpenedFiles.Kind.CODE) {
            return false;
        }
        cache.rememberData(pending.state());
        return true;
    }

    private Opinion unseen(Kernel kernel, Pending pending) {
        var now = policy.get();
        return new Opinion(now.judgeUnseen(liesTrusted(kernel, pending, now)), "");
    }

    /**
     * Once more where the file changed while it was read or the policy while it was judged. What was read of it before
     * is good as long as it did not change.
     */
    private Opinion opinion(Kernel kernel, FileHasher hasher, Pending pending) throws IOException {
        var state = pending.state();
        long watch = writes.watch(kernel, pending.descriptor());
        for (int reading = 0; reading < MOST_READINGS; reading++) {
            var now = policy.get();
            long seen = cache.forgotten();
            boolean trusted = liesTrusted(kernel, pending, now);
            Hashes hashes = cache.hashes(state, now.algorithms());
            if (hashes == null) {
                hashes = hash(hasher, pending.descriptor(), now.algorithms());
            }
            var verdict = now.judge(hashes, trusted);
            if (verdict != Verdict.ALLOWED && hashes.of(HashAlgorithm.SHA256).isEmpty()) {
                var all = EnumSet.copyOf(now.algorithms());
                all.add(HashAlgorithm.SHA256);
                hashes = hash(hasher, pending.descriptor(), all);
                verdict = now.judge(hashes, trusted);
            }
            boolean kept = verdict != Verdict.ALLOWED && now.kept().holds(hashes, kernel, hasher);
            if (kept) {
                verdict = Verdict.ALLOWED;
            }
            var after = kernel.state(pending.descriptor());
            if (after == null || !after.equals(state)) {
                state = after == null ? state : after;
                continue;
            }
            cache.remember(
                    new VerdictCache.Known(state, hashes, trusted, kept, now.generation(), verdict, watch),
                    pending.leased(),
                    seen);
            if (policy.get().generation() == now.generation()) {
                return Opinion.of(verdict, hashes);
            }
        }
        return new Opinion(policy.get().refusesAnything() ? Verdict.UNTRUSTED : Verdict.ALLOWED, "");
    }

    private static Hashes hash(FileHasher hasher, int descriptor, Set<HashAlgorithm> algorithms) throws IOException {
        return hasher.hash(descriptor, algorithms, FileHasher.NO_LIMIT);
    }

    /**
     * Whether the file lies where all files are trusted. The name of a descriptor can be made up in a mount namespace of
     * one's own, so that it counts only if this agent finds the same file under it.
     */
    private static boolean liesTrusted(Kernel kernel, Pending pending, Policy policy) {
        var restriction = policy.restriction();
        if (restriction == null || restriction.policy().trustedPaths().isEmpty()) {
            return false;
        }
        String name = kernel.link("/proc/self/fd/" + pending.descriptor());
        for (var trusted : restriction.policy().trustedPaths()) {
            String bytes = Names.latin1(trusted);
            if (bytes.endsWith("/") ? name.startsWith(bytes) : name.equals(bytes)) {
                var found = kernel.state(name);
                return found != null && found.id().equals(pending.state().id());
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
        for (var thread : threads) {
            thread.interrupt();
        }
        try {
            for (var thread : threads) {
                thread.join(java.time.Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
