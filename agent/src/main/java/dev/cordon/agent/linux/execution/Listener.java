package dev.cordon.agent.linux.execution;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * never becomes the program that is seen running.
 *
 * <p>Events of the agent's own threads are allowed unseen: the agent never waits for itself.
 */
final class Listener implements AutoCloseable {

    private static final int IDLE_MILLIS = 1_000;
    private static final int BUSY_MILLIS = 5;
    private static final long LEASE_NANOS = 4_000_000;
    private static final long SELDOM_NANOS = 64_000_000;
    private static final long SAME_START_NANOS = 50_000_000;
    private static final int MOST_STARTS = 512;
    private static final long ASK_AGAIN_NANOS = 1_000_000_000;
    private static final long LONGEST_LEASE_NANOS = 2_000_000_000;
    private static final long WRITER_NANOS = 100_000_000;
    private static final long LONGEST_JUDGEMENT_NANOS = 60_000_000_000L;
    private static final int EVENT_BYTES = 24;
    private static final int BUFFER_BYTES = 128 * EVENT_BYTES;
    private static final int MOST_PENDING = 2_048;

    private final Kernel kernel = new Kernel();
    private final MemorySegment buffer = kernel.allocate(BUFFER_BYTES);
    private final int group;
    private final int wake;
    private final int own = Marks.ownPid();
    private final Supplier<Policy> policy;
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
    /** Answered, lease still held, in the order in which they are looked at. */
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    /** When a process was last seen to start a program. */
    private final Map<Integer, Long> starts = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > MOST_STARTS;
        }
    };
    /** Mounts of no known namespace, for which all of them were just looked at. */
    private final Set<Long> strange = new HashSet<>();

    private long strangeSince;

    private final ConcurrentLinkedQueue<Held> released = new ConcurrentLinkedQueue<>();
    private volatile Set<Long> foreign = Set.of();
    private volatile @Nullable MountWatch mounts;
    private volatile boolean closed;
    private final Object answering = new Object();
    private boolean groupClosed;

    /** @param due when it is looked at whether the lease is still needed */
    private record Held(Pending pending, long since, long due) implements Comparable<Held> {
        static Held from(Pending pending, long now) {
            return new Held(pending, now, now + LEASE_NANOS);
        }

        /** Less and less often: after twice the time that has gone by. */
        Held later(long now) {
            return new Held(pending, since, now + Math.min(SELDOM_NANOS, now - since));
        }

        @Override
        public int compareTo(Held other) {
            return Long.compare(due - other.due, 0);
        }

        int descriptor() {
            return pending.descriptor();
        }
    }

    private Listener(
            int group,
            int wake,
            Supplier<Policy> policy,
            VerdictCache cache,
            Denials denials,
            Runnable ended,
            Log log) {
        this.group = group;
        this.wake = wake;
        this.policy = policy;
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
     * @param ended told when judging ends without {@link #close}; everything may start from then on
     * @throws IOException if the kernel does not let this process do it
     */
    static Listener start(
            Supplier<Policy> policy, VerdictCache cache, Denials denials, FileSystems which, Runnable ended, Log log)
            throws IOException {
        int group;
        int wake;
        try (var kernel = new Kernel()) {
            group = kernel.fanotifyInit();
            if (group < 0) {
                throw new IOException("fanotify cannot be used (errno " + -group + ")");
            }
            kernel.ignoreBrokenLeases();
            wake = kernel.eventFd();
        }
        var listener = new Listener(group, wake, policy, cache, denials, ended, log);
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

    /** Adapts the marks to the policy, which may have to see more now. */
    void policyChanged() {
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
        int[] descriptors = {group, wake};
        kernel.preferThisThread();
        try (var watchdog = Watchdog.start(kernel)) {
            ready.complete(null);
            while (!closed) {
                watchdog.beat();
                int ready = kernel.poll(patience(), Kernel.POLLIN, Kernel.POLLIN, descriptors);
                if (ready > 0 && kernel.ready(1)) {
                    kernel.drain(wake);
                }
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
            if (!closed) {
                ended.run();
            }
        }
    }

    /** Milliseconds until there is something to do besides answering. */
    private int patience() {
        if (!contested.isEmpty() || !released.isEmpty() || judged.size() >= MOST_PENDING) {
            return BUSY_MILLIS;
        }
        var next = held.peek();
        return next == null
                ? IDLE_MILLIS
                : Math.clamp((next.due() - System.nanoTime()) / 1_000_000 + 1, BUSY_MILLIS, IDLE_MILLIS);
    }

    private void read() {
        long length = kernel.read(group, buffer);
        for (long at = 0; at + EVENT_BYTES <= length; ) {
            int size = buffer.get(JAVA_INT, at);
            short metadata = buffer.get(JAVA_SHORT, at + 6);
            if (size < EVENT_BYTES || metadata < EVENT_BYTES) {
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
        if ((mask & (Kernel.FAN_OPEN_EXEC_PERM | Kernel.FAN_OPEN_PERM)) == 0) {
            written(descriptor);
            return;
        }
        boolean opened = (mask & Kernel.FAN_OPEN_EXEC_PERM) == 0;
        if (pid == own) {
            answer(descriptor, true);
            kernel.close(descriptor);
            return;
        }
        int lease = opened ? -Kernel.EINVAL : kernel.lease(descriptor);
        var state = kernel.state(descriptor);
        if (state == null || !state.regular()) {
            answer(descriptor, true);
            kernel.close(descriptor);
            return;
        }
        long mount = kernel.mountOfState();
        boolean onlyRoot = kernel.onlyRootWritesState();
        long now = System.nanoTime();
        boolean interpreter = !opened && seenStarting(pid, now) && onlyRoot;
        var pending = new Pending(descriptor, pid, opened, interpreter, state, lease == 0, now, new AtomicBoolean());
        if (lease == -Kernel.EAGAIN) {
            contested.add(pending);
        } else {
            judge(pending);
        }
        if (!opened) {
            noticeNamespace(mount, pid, now);
        }
    }

    private boolean seenStarting(int pid, long now) {
        Long before = starts.put(pid, now);
        return before != null && now - before < SAME_START_NANOS;
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

    /** The file came by a mount, and every namespace has mounts of its own: a strange one means a strange namespace. */
    private void noticeNamespace(long mount, int pid, long now) {
        var watch = mounts;
        if (watch == null || (mount != 0 && watch.knowsMount(mount))) {
            return;
        }
        if (mount == 0) {
            long namespace = kernel.mountNamespace(pid);
            if (namespace != 0 && !watch.knows(namespace)) {
                kernel.wake(watch.wakeDescriptor());
            }
            return;
        }
        if (now - strangeSince > ASK_AGAIN_NANOS) {
            strange.clear();
            strangeSince = now;
        }
        if (strange.add(mount)) {
            kernel.wake(watch.wakeDescriptor());
        }
    }

    /** Ends leases that were held long enough, tries contested files again, and gives up what takes too long. */
    private void tidy(long now) {
        for (Held next = released.poll(); next != null; next = released.poll()) {
            held.add(next);
        }
        endLeases(now);
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

    private void endLeases(long now) {
        for (Held lease = held.peek(); lease != null && lease.due() - now <= 0; lease = held.peek()) {
            held.remove();
            if (started(lease.pending()) || now - lease.since() > LONGEST_LEASE_NANOS) {
                kernel.close(lease.descriptor());
            } else {
                held.add(lease.later(now));
            }
        }
    }

    /** Whether the one who waited runs the file by now, or is gone; then the kernel itself keeps writers out. */
    private boolean started(Pending pending) {
        var program = kernel.stateBehind("/proc/" + pending.pid() + "/exe");
        return program == null || program.id().equals(pending.state().id());
    }

    private void retry(Pending pending, long now) {
        int lease = kernel.lease(pending.descriptor());
        if (lease == -Kernel.EAGAIN && now - pending.since() < WRITER_NANOS) {
            contested.add(pending);
            return;
        }
        var state = kernel.state(pending.descriptor());
        if (lease == -Kernel.EAGAIN || state == null) {
            refuse(pending, "is being written by somebody");
            return;
        }
        judge(new Pending(
                pending.descriptor(),
                pending.pid(),
                false,
                pending.interpreter(),
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
        kernel.respond(group, descriptor, allow ? Kernel.FAN_ALLOW : Kernel.FAN_DENY);
    }

    /** Never writes to the number of a group that is closed: it may stand for another file by then. */
    private void answer(Kernel caller, int descriptor, boolean allow) {
        if (caller == kernel) {
            answer(descriptor, allow);
            return;
        }
        synchronized (answering) {
            if (!groupClosed) {
                caller.respond(group, descriptor, allow ? Kernel.FAN_ALLOW : Kernel.FAN_DENY);
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
        if (first && pending.leased() && !pending.interpreter() && !verdict.denies()) {
            var next = Held.from(pending, System.nanoTime());
            if (caller == kernel) {
                held.add(next);
            } else {
                released.add(next);
                caller.wake(wake);
            }
        } else {
            caller.close(pending.descriptor());
        }
    }

    private void note(Kernel caller, Pending pending, Verdict verdict, String hash) {
        var known = hash.isEmpty() ? cache.hashes(pending.state()) : null;
        String sha256 = known == null
                ? hash
                : known.of(dev.cordon.agent.hash.HashAlgorithm.SHA256)
                        .map(dev.cordon.agent.hash.FileHash::hex)
                        .orElse("");
        String key = verdict + " " + (sha256.isEmpty() ? pending.state().id() : sha256);
        denials.note(key, () -> Told.about(caller, pending, verdict, sha256));
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
            for (Held next = released.poll(); next != null; next = released.poll()) {
                held.add(next);
            }
            held.forEach(lease -> waking.close(lease.descriptor()));
            contested.forEach(pending -> waking.close(pending.descriptor()));
            waking.close(wake);
            kernel.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
