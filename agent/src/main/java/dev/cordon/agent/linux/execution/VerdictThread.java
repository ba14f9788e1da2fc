package dev.cordon.agent.linux.execution;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The verdict thread: reads the events of the fanotify group and answers each at once, or hands it to {@link Judges} if
 * the file has to be read first.
 *
 * <p>While this thread does not answer, no program on the machine can start. Therefore it never waits for anything but
 * the kernel's next event, opens no file, starts no program, takes no lock that is held for long, and is watched by
 * {@link Watchdog}, which it alone keeps quiet.
 *
 * <p><b>What is judged is what runs.</b> Before anything is looked up of a file a read lease is taken on its descriptor.
 * It is refused while anybody has the file open for writing; then the one who wants to start it waits a moment for the
 * writer to finish, and is refused if he does not ({@link Contested}). Once it is held a new writer waits, with the effect
 * that the kernel refuses the start itself (ETXTBSY). The lease is kept beyond the answer until the program is seen
 * running, because only then the kernel shuts out writers on its own; where it is not seen (a script, a start that failed)
 * for two seconds ({@link HeldLeases}). Only the dynamic loader that the kernel opens next to a program is let go at once,
 * where root alone may write it: it never becomes the program that is seen running. A program whose verdict is known keeps
 * its lease and is not asked about any more ({@link ExemptFiles}).
 *
 * <p>Events of the agent's own threads are allowed unseen: the agent never waits for itself.
 */
final class VerdictThread implements AutoCloseable {

    private static final int IDLE_MILLIS = 1_000;
    private static final int BUSY_MILLIS = 5;
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    private final Kernel kernel;
    private final Group group;
    private final int wake;
    private final int own = Marks.ownPid();
    private final Supplier<Policy> policy;
    private final LongPredicate mayStayOpen;
    private final VerdictCache cache;
    private final Denials denials;
    private final Runnable ended;
    private final Log log;
    private final Thread thread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private final Events events;
    private final Leases leases;
    private final Contested contested;
    private final Judges judges;
    private final InJudgement judged = new InJudgement(this::giveUp);

    private @Nullable AnsweredFiles answered;
    /** Answered by a judge, with a lease. */
    private final ConcurrentLinkedQueue<Pending> released = new ConcurrentLinkedQueue<>();

    private final RecentStarters starters = new RecentStarters();
    private final Strangers strangers;
    /** Of the policy, to be taken over. */
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> changes = new ConcurrentLinkedQueue<>();

    private boolean over;
    private volatile Set<Long> foreign = Set.of();
    private volatile @Nullable MountWatch mounts;
    private volatile boolean closed;

    private VerdictThread(
            Kernel kernel,
            Group group,
            int wake,
            Supplier<Policy> policy,
            LongPredicate mayStayOpen,
            VerdictCache cache,
            Denials denials,
            Runnable ended,
            Log log) {
        this.kernel = kernel;
        this.group = group;
        this.wake = wake;
        this.policy = policy;
        this.mayStayOpen = mayStayOpen;
        this.cache = cache;
        this.denials = denials;
        this.ended = ended;
        this.log = log;
        this.events = new Events(kernel, group.descriptor());
        this.leases = new Leases(kernel);
        this.strangers = new Strangers(kernel);
        this.contested = new Contested(kernel, leases, this::judge, this::refuseContested);
        this.judges = new Judges(policy, cache, group::watch, this::conclude);
        this.thread = Thread.ofPlatform().name("execution-verdicts").daemon().unstarted(this::run);
    }

    /**
     * Nothing is marked and nothing answered yet.
     *
     * @param ended told when the thread ends without {@link #end}
     * @throws IOException if the kernel does not let this process do it
     */
    static VerdictThread open(
            Supplier<Policy> policy,
            LongPredicate mayStayOpen,
            VerdictCache cache,
            Denials denials,
            Runnable ended,
            Log log)
            throws IOException {
        var kernel = new Kernel();
        try {
            var group = Group.open(kernel, cache);
            new Leases(kernel).ignoreSignals();
            return new VerdictThread(kernel, group, kernel.eventFd(), policy, mayStayOpen, cache, denials, ended, log);
        } catch (IOException e) {
            kernel.close();
            throw e;
        }
    }

    /** @return completed when events are answered */
    CompletableFuture<Void> start() {
        thread.start();
        return ready;
    }

    int group() {
        return group.descriptor();
    }

    void lookForStrangers(MountWatch watch) {
        mounts = watch;
    }

    /** @param devices file systems whose content is another machine's or a program's, and is not looked at */
    void foreign(Set<Long> devices) {
        foreign = devices;
    }

    /** @return completed when nobody is exempt by an older policy, null if the thread has ended */
    @Nullable CompletableFuture<Void> policyChanged() {
        var taken = new CompletableFuture<Void>();
        synchronized (changes) {
            if (over) {
                return null;
            }
            changes.add(taken);
        }
        try (var waking = new Kernel()) {
            waking.wake(wake);
        }
        return taken;
    }

    private void run() {
        kernel.preferThisThread();
        try (var watchdog = Watchdog.start(kernel)) {
            var files = new AnsweredFiles(kernel, leases, group.descriptor(), policy, mayStayOpen, cache, released);
            answered = files;
            int[] descriptors = {group.descriptor(), wake, files.descriptor()};
            ready.complete(null);
            while (!closed) {
                watchdog.beat();
                int ready = kernel.poll(patience(files), Kernel.POLLIN, Kernel.POLLIN, descriptors);
                if (ready > 0 && kernel.ready(1)) {
                    kernel.drain(wake);
                }
                if (ready > 0 && kernel.ready(2)) {
                    files.letWritersIn();
                }
                takeChanges(files);
                tidy(files, System.nanoTime());
                if (ready > 0 && kernel.ready(0) && !judged.isFull()) {
                    events.read(this::handle);
                }
            }
        } catch (IOException | RuntimeException e) {
            log.error(e, "verdict-thread-ended");
            ready.completeExceptionally(e);
        } finally {
            finish();
        }
    }

    private void finish() {
        group.close(); // everybody who waits goes on
        if (answered != null) {
            answered.close();
        }
        synchronized (changes) {
            over = true;
        }
        changes.forEach(change -> change.complete(null));
        if (!closed) {
            ended.run();
        }
    }

    /** Milliseconds until there is something to do besides answering. */
    private int patience(AnsweredFiles files) {
        if (!contested.isEmpty() || judged.isFull()) {
            return BUSY_MILLIS;
        }
        long due = files.untilDue(System.nanoTime());
        return due == Long.MAX_VALUE ? IDLE_MILLIS : Math.clamp(due / 1_000_000 + 1, BUSY_MILLIS, IDLE_MILLIS);
    }

    private void takeChanges(AnsweredFiles files) {
        for (var change = changes.poll(); change != null; change = changes.poll()) {
            files.askAgain();
            change.complete(null);
        }
        if (group.watchesTooMany()) {
            files.askAgain();
            group.watchAnew();
        }
    }

    private void handle(long mask, int descriptor, int pid) {
        if (descriptor < 0) {
            cache.forgetAll(); // the queue overflowed: nobody knows what was written
            return;
        }
        if ((mask & (Fanotify.OPEN_EXEC_PERM | Fanotify.OPEN_PERM)) == 0) {
            written(descriptor);
            return;
        }
        boolean opened = (mask & Fanotify.OPEN_EXEC_PERM) == 0;
        var state = pid == own ? null : kernel.state(descriptor);
        if (state == null || !state.regular()) {
            allowUnseen(descriptor);
            return;
        }
        long mount = kernel.mountOfState();
        long now = System.nanoTime();
        if (opened || !refused(descriptor, pid, state, now)) {
            look(descriptor, pid, opened, now);
        }
        var watch = mounts;
        if (!opened && watch != null) {
            strangers.notice(watch, mount, pid, now);
        }
    }

    private void allowUnseen(int descriptor) {
        group.answer(kernel, descriptor, true);
        kernel.close(descriptor);
    }

    /** What is refused may be changed by anybody meanwhile: no lease is needed for that. */
    private boolean refused(int descriptor, int pid, FileState state, long now) {
        Verdict verdict = cache.find(state, policy.get());
        if (verdict == null || !verdict.denies()) {
            return false;
        }
        conclude(
                kernel,
                new Pending(descriptor, pid, false, false, false, state, false, now, new AtomicBoolean()),
                verdict,
                "");
        return true;
    }

    /** Takes the lease, and only then looks what file it is that has to be judged. */
    private void look(int descriptor, int pid, boolean opened, long now) {
        int lease = opened ? -Kernel.EINVAL : leases.take(descriptor);
        var state = kernel.state(descriptor);
        if (state == null) {
            allowUnseen(descriptor);
            return;
        }
        boolean onlyRoot = kernel.onlyRootWritesState();
        boolean interpreter = !opened && starters.seen(pid, now) && onlyRoot;
        var pending = new Pending(
                descriptor, pid, opened, onlyRoot, interpreter, state, lease == 0, now, new AtomicBoolean());
        if (lease == -Kernel.EAGAIN) {
            contested.add(pending);
        } else {
            judge(pending);
        }
    }

    private void written(int descriptor) {
        var state = kernel.state(descriptor);
        if (state == null) {
            cache.forgetAll();
        } else {
            cache.forget(state.id());
        }
        kernel.close(descriptor);
    }

    private void judge(Pending pending) {
        var now = policy.get();
        if (pending.opened() && (!now.coversOpens() || isData(pending))) {
            conclude(kernel, pending, Verdict.ALLOWED, "");
            return;
        }
        Verdict verdict = cache.find(pending.state(), now);
        if (pending.opened() && verdict != Verdict.ALLOWED) {
            verdict = null; // a script that was refused to start may be read by who does not run it
        }
        if (verdict != null) {
            conclude(kernel, pending, verdict, "");
        } else {
            judged.add(pending);
            judges.judge(pending, foreign.contains(pending.state().id().device()));
        }
    }

    private boolean isData(Pending pending) {
        return cache.isData(pending.state()) && !OpenedFiles.isInterpreter(kernel, pending.pid());
    }

    /** Ends leases that were held long enough, tries contested files again, and gives up what takes too long. */
    private void tidy(AnsweredFiles files, long now) {
        files.tidy(now);
        contested.tryAgain(now);
        judged.tidy(now);
    }

    private void refuseContested(Pending pending) {
        boolean deny = policy.get().refusesAnything();
        if (pending.answered().compareAndSet(false, true)) {
            group.answer(kernel, pending.descriptor(), !deny);
            kernel.close(pending.descriptor());
            log.warn("execution-refused-unjudged", "reason", "is being written by somebody", "pid", pending.pid());
        }
    }

    /** A file that cannot be read to its end in a minute: where only trusted files may start, it may not. */
    private void giveUp(Pending pending) {
        var restriction = policy.get().restriction();
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
    private void conclude(Kernel caller, Pending pending, Verdict verdict, String hash) {
        boolean first = pending.answered().compareAndSet(false, true);
        if (first) {
            if (verdict != Verdict.ALLOWED) {
                note(caller, pending, verdict, hash);
            }
            group.answer(caller, pending.descriptor(), !verdict.denies());
        }
        if (!first || !pending.leased() || verdict.denies()) {
            caller.close(pending.descriptor());
        } else if (caller == kernel && answered != null) {
            answered.keep(pending, System.nanoTime());
        } else {
            released.add(pending);
            caller.wake(wake);
        }
    }

    /** Told as one: the same verdict about the same content, or about the same file where that is not known. */
    private void note(Kernel caller, Pending pending, Verdict verdict, String hash) {
        var known = hash.isEmpty() ? cache.hashes(pending.state()) : null;
        var sha256 = known == null ? Optional.<FileHash>empty() : known.of(HashAlgorithm.SHA256);
        Object content = hash.isEmpty() ? pending.state().id() : FileHash.parse(hash);
        denials.note(
                List.of(verdict, sha256.isPresent() ? sha256.get() : content),
                () -> Told.about(
                        caller, pending, verdict, sha256.map(FileHash::hex).orElse(hash)));
    }

    /** The thread is to end; {@link #close} waits for it. */
    void end() {
        closed = true;
    }

    /** Lets everybody go on, who waits now and who comes later. */
    @Override
    public void close() {
        end();
        try (var waking = new Kernel()) {
            waking.wake(wake);
            if (!thread.join(LONGEST_END)) {
                log.error("verdict-thread-does-not-end");
                return;
            }
            judges.close();
            for (Pending next = released.poll(); next != null; next = released.poll()) {
                waking.close(next.descriptor());
            }
            contested.closeAll(waking);
            waking.close(wake);
            kernel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
