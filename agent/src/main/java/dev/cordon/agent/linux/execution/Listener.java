package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.hash.FileHash;
import dev.cordon.agent.hash.HashAlgorithm;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
 * writer to finish, and is refused if he does not. Once it is held a new writer waits, with the effect that the kernel
 * refuses the start itself (ETXTBSY). The lease is kept beyond the answer until the program is seen running, because only
 * then the kernel shuts out writers on its own; where it is not seen (a script, a start that failed) for two seconds.
 * Only the dynamic loader that the kernel opens next to a program is let go at once, where root alone may write it: it
 * never becomes the program that is seen running. A program whose verdict
 * is known keeps its lease and is not asked about any more ({@link ExemptFiles}).
 *
 * <p>Events of the agent's own threads are allowed unseen: the agent never waits for itself.
 */
final class Listener implements AutoCloseable {

    private static final int IDLE_MILLIS = 1_000;
    private static final int BUSY_MILLIS = 5;
    private static final int CHANGE_SECONDS = 10;
    private static final long WRITER_NANOS = 100_000_000;
    private static final long LONGEST_JUDGEMENT_NANOS = 60_000_000_000L;
    private static final int BUFFER_BYTES = 128 * Fanotify.EVENT_BYTES;
    private static final int MOST_PENDING = 2_048;

    private final Kernel kernel = new Kernel();
    private final Leases leases = new Leases(kernel);
    private final MemorySegment buffer = kernel.allocate(BUFFER_BYTES);
    private final int group;
    private final int wake;
    private final int own = Marks.ownPid();
    private final Supplier<Policy> policy;
    private final LongPredicate mayStayOpen;
    private final VerdictCache cache;
    private final Denials denials;
    private final Judges judges;
    private final Runnable ended;
    private final Log log;
    private final Thread thread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    /** Waiting for somebody else to end writing, oldest first. */
    private final ArrayDeque<Pending> contested = new ArrayDeque<>();
    /** In the hands of {@link Judges}, oldest first. */
    private final ArrayDeque<Pending> judged = new ArrayDeque<>();

    private final HeldLeases held = new HeldLeases(kernel);
    private final RecentStarters starters = new RecentStarters();
    private final Strangers strangers = new Strangers(kernel);
    private @Nullable ExemptFiles exempt;
    private final ConcurrentLinkedQueue<Pending> released = new ConcurrentLinkedQueue<>();
    /** Of the policy, to be taken over. */
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> changes = new ConcurrentLinkedQueue<>();

    private volatile Set<Long> foreign = Set.of();
    private volatile @Nullable MountWatch mounts;
    private volatile boolean closed;
    private final Object answering = new Object();
    private boolean groupClosed;

    /** What is told as one: the same verdict about the same content, or about the same file where that is not known. */
    private record Refused(Verdict verdict, Object what) {}

    private Listener(
            int group,
            int wake,
            Supplier<Policy> policy,
            LongPredicate mayStayOpen,
            VerdictCache cache,
            Denials denials,
            Runnable ended,
            Log log) {
        this.group = group;
        this.wake = wake;
        this.policy = policy;
        this.mayStayOpen = mayStayOpen;
        this.cache = cache;
        this.denials = denials;
        this.ended = ended;
        this.log = log;
        this.judges = new Judges(policy, cache, this::conclude);
        this.thread = Thread.ofPlatform().name("execution-verdicts").daemon().unstarted(this::run);
    }

    /**
     * Starts to judge: the watchdog first, then the thread, then the marks. Returns when all file systems bear the mark.
     *
     * @param mayStayOpen the file systems, by their device, that nobody unmounts as long as the agent runs
     * @param ended told when judging ends without {@link #close}; everything may start from then on
     * @throws IOException if the kernel does not let this process do it
     */
    static Listener start(
            Supplier<Policy> policy,
            LongPredicate mayStayOpen,
            VerdictCache cache,
            Denials denials,
            FileSystems which,
            Runnable ended,
            Log log)
            throws IOException {
        int group;
        int wake;
        try (var kernel = new Kernel()) {
            group = new Fanotify(kernel).init();
            if (group < 0) {
                throw new IOException("fanotify cannot be used (errno " + -group + ")");
            }
            new Leases(kernel).ignoreSignals();
            wake = kernel.eventFd();
        }
        var listener = new Listener(group, wake, policy, mayStayOpen, cache, denials, ended, log);
        listener.thread.start();
        try {
            listener.ready.get(10, TimeUnit.SECONDS);
            var now = policy.get();
            listener.mounts =
                    MountWatch.start(group, which, now.coversOpens(), now.refusesForeign(), listener::looked, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.close();
            throw new IOException("interrupted while starting", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            listener.close();
            throw new IOException("the verdict thread did not start", e);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    /**
     * Adapts to the policy. When it returns, nobody is exempt by an older one, and the marks see what it has to see.
     *
     * @throws IOException if the verdict thread does not answer
     */
    void policyChanged() throws IOException {
        var taken = new CompletableFuture<Void>();
        synchronized (answering) {
            if (groupClosed) {
                return;
            }
            changes.add(taken);
        }
        try (var waking = new Kernel()) {
            waking.wake(wake);
            taken.get(CHANGE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the policy was changed", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("the verdict thread does not answer", e);
        }
        var watch = mounts;
        if (watch != null) {
            watch.want(policy.get().coversOpens(), policy.get().refusesForeign());
        }
    }

    private void looked(Marks.Look look) {
        foreign = look.foreign();
        if (look.marked() == 0) {
            log.warn("no-file-system-marked");
        }
    }

    // ---- the verdict thread ----

    private void run() {
        kernel.preferThisThread();
        try (var watchdog = Watchdog.start(kernel)) {
            var files = new ExemptFiles(kernel, leases, group, this::exemptNoMore);
            exempt = files;
            int[] descriptors = {group, wake, files.descriptor()};
            ready.complete(null);
            while (!closed) {
                watchdog.beat();
                int ready = kernel.poll(patience(), Kernel.POLLIN, Kernel.POLLIN, descriptors);
                if (ready > 0 && kernel.ready(1)) {
                    kernel.drain(wake);
                }
                if (ready > 0 && kernel.ready(2)) {
                    files.letWritersIn();
                }
                takeChanges();
                tidy(System.nanoTime());
                if (ready > 0 && kernel.ready(0) && judged.size() < MOST_PENDING) {
                    read();
                }
            }
        } catch (IOException | RuntimeException e) {
            log.error(e, "verdict-thread-ended");
            ready.completeExceptionally(e);
        } finally {
            synchronized (answering) {
                groupClosed = true;
                kernel.close(group); // everybody who waits goes on
            }
            if (exempt != null) {
                exempt.close();
            }
            changes.forEach(change -> change.complete(null));
            if (!closed) {
                ended.run();
            }
        }
    }

    private void takeChanges() {
        for (var change = changes.poll(); change != null; change = changes.poll()) {
            if (exempt != null) {
                exempt.clear();
            }
            change.complete(null);
        }
    }

    private void exemptNoMore(FileState state, int descriptor) {
        if (kernel.onlyRootWritesState()) {
            kernel.close(descriptor);
        } else {
            held.hold(descriptor, state.id(), System.nanoTime()); // made writable for others meanwhile
        }
    }

    /** Milliseconds until there is something to do besides answering. */
    private int patience() {
        if (!contested.isEmpty() || !released.isEmpty() || judged.size() >= MOST_PENDING) {
            return BUSY_MILLIS;
        }
        long due = held.untilDue(System.nanoTime());
        return due == Long.MAX_VALUE ? IDLE_MILLIS : Math.clamp(due / 1_000_000 + 1, BUSY_MILLIS, IDLE_MILLIS);
    }

    private void read() {
        long length = kernel.read(group, buffer);
        for (long at = 0; at + Fanotify.EVENT_BYTES <= length; ) {
            int size = buffer.get(JAVA_INT, at);
            short metadata = buffer.get(JAVA_SHORT, at + 6);
            if (size < Fanotify.EVENT_BYTES || metadata < Fanotify.EVENT_BYTES) {
                throw new IllegalStateException("the kernel speaks another version of fanotify");
            }
            handle(buffer.get(JAVA_LONG, at + 8), buffer.get(JAVA_INT, at + 16), buffer.get(JAVA_INT, at + 20));
            at += size;
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
        if (pid == own) {
            answer(descriptor, true);
            kernel.close(descriptor);
            return;
        }
        var state = kernel.state(descriptor);
        if (state == null || !state.regular()) {
            answer(descriptor, true);
            kernel.close(descriptor);
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
            answer(descriptor, true);
            kernel.close(descriptor);
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
    private void tidy(long now) {
        for (Pending next = released.poll(); next != null; next = released.poll()) {
            held.hold(next, now);
        }
        held.tidy(now);
        if (exempt != null) {
            exempt.tidy(now);
        }
        for (int i = contested.size(); i > 0; i--) {
            retry(contested.poll(), now);
        }
        for (Iterator<Pending> all = judged.iterator(); all.hasNext(); ) {
            Pending pending = all.next();
            if (pending.answered().get()) {
                all.remove();
            } else if (now - pending.since() > LONGEST_JUDGEMENT_NANOS) {
                giveUp(pending);
                all.remove();
            } else {
                break;
            }
        }
    }

    private void retry(Pending pending, long now) {
        int lease = leases.take(pending.descriptor());
        if (lease == -Kernel.EAGAIN && now - pending.since() < WRITER_NANOS) {
            contested.add(pending);
            return;
        }
        var state = kernel.state(pending.descriptor());
        boolean onlyRoot = kernel.onlyRootWritesState();
        if (lease == -Kernel.EAGAIN || state == null) {
            refuse(pending, "is being written by somebody");
            return;
        }
        judge(new Pending(
                pending.descriptor(),
                pending.pid(),
                false,
                onlyRoot,
                pending.interpreter() && onlyRoot,
                state,
                lease == 0,
                pending.since(),
                pending.answered()));
    }

    private void refuse(Pending pending, String reason) {
        boolean deny = policy.get().refusesAnything();
        if (pending.answered().compareAndSet(false, true)) {
            answer(pending.descriptor(), !deny);
            kernel.close(pending.descriptor());
            log.warn("execution-refused-unjudged", "reason", reason, "pid", pending.pid());
        }
    }

    /** A file that cannot be read to its end in a minute: where only trusted files may start, it may not. */
    private void giveUp(Pending pending) {
        var restriction = policy.get().restriction();
        boolean deny = restriction != null && !restriction.policy().monitorOnly();
        if (pending.answered().compareAndSet(false, true)) {
            answer(pending.descriptor(), !deny);
            log.warn("execution-not-judged-in-time", "pid", pending.pid(), "denied", deny);
        }
    }

    private void answer(int descriptor, boolean allow) {
        kernel.respond(group, descriptor, allow);
    }

    /** Never writes to the number of a group that is closed: it may stand for another file by then. */
    private void answer(Kernel caller, int descriptor, boolean allow) {
        if (caller == kernel) {
            answer(descriptor, allow);
            return;
        }
        synchronized (answering) {
            if (!groupClosed) {
                caller.respond(group, descriptor, allow);
            }
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
            answer(caller, pending.descriptor(), !verdict.denies());
        }
        if (!first || !pending.leased() || verdict.denies()) {
            caller.close(pending.descriptor());
        } else if (caller != kernel && !pending.interpreter()) {
            released.add(pending);
            caller.wake(wake);
        } else if (caller == kernel && exempted(pending, verdict)) {
            return;
        } else if (caller == kernel && !pending.interpreter()) {
            held.hold(pending, System.nanoTime());
        } else {
            caller.close(pending.descriptor());
        }
    }

    /** Whether the kernel need not ask about the file any more, and the descriptor is taken over. */
    private boolean exempted(Pending pending, Verdict verdict) {
        return exempt != null
                && verdict == Verdict.ALLOWED
                && pending.onlyRoot()
                && mayStayOpen.test(pending.state().id().device())
                && cache.settled(pending.state(), policy.get())
                && exempt.add(pending.descriptor(), pending.state().id());
    }

    private void note(Kernel caller, Pending pending, Verdict verdict, String hash) {
        var known = hash.isEmpty() ? cache.hashes(pending.state()) : null;
        var sha256 = known == null ? Optional.<FileHash>empty() : known.of(HashAlgorithm.SHA256);
        Object content = hash.isEmpty() ? pending.state().id() : FileHash.parse(hash);
        denials.note(
                new Refused(verdict, sha256.isPresent() ? sha256.get() : content),
                () -> Told.about(
                        caller, pending, verdict, sha256.map(FileHash::hex).orElse(hash)));
    }

    /** Lets everybody go on, who waits now and who comes later. */
    @Override
    public void close() {
        closed = true;
        var watch = mounts;
        if (watch != null) {
            watch.close();
        }
        try (var waking = new Kernel()) {
            waking.wake(wake);
            if (!thread.join(java.time.Duration.ofSeconds(5))) {
                log.error("verdict-thread-does-not-end");
                return;
            }
            judges.close();
            for (Pending next = released.poll(); next != null; next = released.poll()) {
                waking.close(next.descriptor());
            }
            held.endAll();
            contested.forEach(pending -> waking.close(pending.descriptor()));
            waking.close(wake);
            kernel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
