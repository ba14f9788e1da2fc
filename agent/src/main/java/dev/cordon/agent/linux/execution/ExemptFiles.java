package dev.cordon.agent.linux.execution;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Programs that the kernel starts without asking, because their verdict is known and nobody can change them unnoticed:
 * the mark on their file system does not count for them (FAN_MARK_IGNORED_MASK) as long as a read lease on them is held.
 *
 * <p><b>Why it cannot be fooled.</b> The kernel itself ends such an exemption when the file is written, but not when a
 * mapping of it is. Therefore the lease: it is there only if nobody has the file open for writing, and whoever wants to
 * (open, truncate) waits until it has ended. The exemption is taken back before that. Whether somebody waits is looked at
 * after this thread is told of it and after the exemption is in place, so that nobody who came in between is missed.
 * Renaming and linking change nothing, because it is the file that is exempt and not a name; therefore only verdicts that
 * hang on content are taken ({@link VerdictCache#settled}).
 *
 * <p><b>What is not taken.</b> A file that others than root may write: a writer could be let in just while a starter is
 * between the kernel's question and its own lock, and that needs the longer leases of {@link HeldLeases}; for the same
 * reason {@link AnsweredFiles} offers none that was changed within the last second. A file on a file
 * system that somebody may want to unmount, because the lease keeps it open. Deleted files are let go after some seconds,
 * and the oldest if there are too many.
 *
 * <p>For the verdict thread, which is told of waiting writers by a signal that only it has.
 */
final class ExemptFiles implements AutoCloseable {

    private static final int MOST = 256;
    private static final int SIGNAL_BYTES = 128;
    private static final long LOOK_NANOS = 5_000_000_000L;
    private static final long QUESTIONS = Fanotify.OPEN_EXEC_PERM | Fanotify.OPEN_PERM;

    private final Kernel kernel;
    private final Fanotify fanotify;
    private final Leases leases;
    private final int group;
    private final int signals;
    private final MemorySegment told;
    private final ObjIntConsumer<FileState> released;
    /** Descriptors, oldest first. */
    private final Map<FileState.Id, Integer> files = new LinkedHashMap<>();

    private long looked = System.nanoTime();

    /** @param released takes over the descriptor, with its lease, of a file that is exempt no more */
    ExemptFiles(Kernel kernel, Leases leases, int group, ObjIntConsumer<FileState> released) throws IOException {
        this.kernel = kernel;
        this.fanotify = new Fanotify(kernel);
        this.leases = leases;
        this.group = group;
        this.released = released;
        this.signals = leases.signals();
        this.told = kernel.allocate(SIGNAL_BYTES);
    }

    /** Readable when {@link #letWritersIn} has something to do. */
    int descriptor() {
        return signals;
    }

    /** Whether the file is exempt now and the descriptor, which has the lease, taken over. */
    boolean add(int descriptor, FileState.Id file) {
        if (files.containsKey(file) || !leases.tellThisThread(descriptor)) {
            return false;
        }
        if (files.size() >= MOST) {
            release(files.values().iterator().next());
            files.remove(files.keySet().iterator().next());
        }
        if (fanotify.ignore(group, true, QUESTIONS, descriptor) < 0) {
            return false;
        }
        if (!leases.undisturbed(descriptor)) {
            fanotify.ignore(group, false, QUESTIONS, descriptor);
            return false;
        }
        files.put(file, descriptor);
        return true;
    }

    /** Somebody wants to write one of them or more. */
    void letWritersIn() {
        kernel.read(signals, told);
        for (Iterator<Integer> all = files.values().iterator(); all.hasNext(); ) {
            int descriptor = all.next();
            if (!leases.undisturbed(descriptor)) {
                all.remove();
                release(descriptor);
            }
        }
    }

    /** Lets those go whose last name is gone, so that they do not fill the disk. */
    void tidy(long now) {
        if (now - looked < LOOK_NANOS || files.isEmpty()) {
            return;
        }
        looked = now;
        for (Iterator<Integer> all = files.values().iterator(); all.hasNext(); ) {
            int descriptor = all.next();
            if (kernel.state(descriptor) == null || kernel.linksOfState() == 0) {
                all.remove();
                release(descriptor);
            }
        }
    }

    /** All of them are asked about again from now on. */
    void clear() {
        var all = new ArrayList<>(files.values());
        files.clear();
        all.forEach(this::release);
    }

    private void release(int descriptor) {
        fanotify.ignore(group, false, QUESTIONS, descriptor);
        var state = kernel.state(descriptor);
        if (state == null) {
            kernel.close(descriptor);
        } else {
            released.accept(state, descriptor);
        }
    }

    /** When the group is closed. */
    @Override
    public void close() {
        files.values().forEach(kernel::close);
        files.clear();
        kernel.close(signals);
    }
}
