package dev.cordon.agent.linux.execution;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Rules rules;
    private final VerdictCache cache;
    private final Runnable ended;
    private final Log log;
    private final Thread thread;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private final Events events;
    private final Leases leases;
    private final Contested contested;
    private final Judges judges;
    private final InJudgement judged;
    private final Answers answers;
    private @Nullable AnsweredFiles answered;

    private final RecentStarters starters = new RecentStarters();
    private final Strangers strangers;
    /** Of the policy, to be taken over. */
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> changes = new ConcurrentLinkedQueue<>();

    private boolean over;
    private volatile Set<Long> foreign = Set.of();
    private volatile @Nullable MountWatch mounts;
    private volatile boolean closed;

    private VerdictThread(Kernel kernel, Group group, int wake, Rules rules, Runnable ended, Log log) {
        this.kernel = kernel;
        this.group = group;
        this.wake = wake;
        this.rules = rules;
        this.cache = rules.cache();
        this.ended = ended;
        this.log = log;
        this.events = new Events(kernel, group.descriptor());
        this.leases = new Leases(kernel);
        this.strangers = new Strangers(kernel);
        this.answers = new Answers(kernel, group, wake, rules, log);
        this.judged = new InJudgement(answers::giveUp);
        this.contested = new Contested(kernel, leases, this::judge, answers::refuseContested);
        this.judges = new Judges(rules.policy(), cache, group::watch, answers::conclude);
        this.thread = Thread.ofPlatform().name("execution-verdicts").daemon().unstarted(this::run);
    }

    /**
     * Nothing is marked and nothing answered yet.
     *
     * @param ended told when the thread ends without {@link #end}
     * @throws IOException if the kernel does not let this process do it
     */
    static VerdictThread open(Rules rules, Runnable ended, Log log) throws IOException {
        var kernel = new Kernel();
        try {
            var group = Group.open(kernel, rules.cache());
            new Leases(kernel).ignoreSignals();
            return new VerdictThread(kernel, group, kernel.eventFd(), rules, ended, log);
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
            var files = new AnsweredFiles(kernel, leases, group.descriptor(), rules, answers.released());
            answered = files;
            answers.keepIn(files);
            int[] descriptors = {group.descriptor(), wake, files.descriptor()};
            ready.complete(null);
            while (!closed) {
                watchdog.beat();
                int ready = kernel.poll(patience(files), Kernel.POLLIN, Kernel.POLLIN, descriptors);
                if (ready > 0 && kernel.ready(0) && !judged.isFull()) {
                    events.read(this::handle); // first, because somebody waits
                }
                if (ready > 0 && kernel.ready(1)) {
                    kernel.drain(wake);
                }
                if (ready > 0 && kernel.ready(2)) {
                    files.letWritersIn();
                }
                takeChanges(files);
                tidy(files, System.nanoTime());
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
        if (pid == own) {
            answers.allowUnseen(descriptor);
            return;
        }
        boolean opened = (mask & Fanotify.OPEN_EXEC_PERM) == 0;
        long now = System.nanoTime();
        int lease = opened ? -Kernel.EINVAL : leases.take(descriptor);
        var state = kernel.state(descriptor);
        if (state == null || !state.regular()) {
            answers.allowUnseen(descriptor);
            return;
        }
        long mount = kernel.mountOfState();
        Verdict known = opened ? null : cache.find(state, rules.policy().get());
        if (known != null && known.denies()) {
            // nobody has to be kept from writing it: what is refused may be changed by anybody meanwhile
            answers.refuse(descriptor, pid, state, known, now);
        } else {
            look(descriptor, pid, opened, state, known, lease, now);
        }
        var watch = mounts;
        if (!opened && watch != null) {
            strangers.notice(watch, mount, pid, now);
        }
    }

    private void look(
            int descriptor, int pid, boolean opened, FileState state, @Nullable Verdict known, int lease, long now) {
        boolean answered = known == Verdict.ALLOWED && lease != -Kernel.EAGAIN;
        if (answered) {
            answers.allow(descriptor, now);
        }
        boolean onlyRoot = kernel.onlyRootWritesState();
        boolean interpreter = !opened && starters.seen(pid, now) && onlyRoot;
        var pending = new Pending(
                descriptor, pid, opened, onlyRoot, interpreter, state, lease == 0, now, new AtomicBoolean(answered));
        if (answered) {
            answers.keep(pending);
        } else if (lease == -Kernel.EAGAIN) {
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
        var now = rules.policy().get();
        if (pending.opened() && (!now.coversOpens() || isData(pending))) {
            answers.conclude(kernel, pending, Verdict.ALLOWED, "");
            return;
        }
        Verdict verdict = cache.find(pending.state(), now);
        if (pending.opened() && verdict != Verdict.ALLOWED) {
            verdict = null; // a script that was refused to start may be read by who does not run it
        }
        if (verdict != null) {
            answers.conclude(kernel, pending, verdict, "");
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
            for (Pending next = answers.released().poll();
                    next != null;
                    next = answers.released().poll()) {
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
