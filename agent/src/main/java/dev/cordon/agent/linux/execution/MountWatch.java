package dev.cordon.agent.linux.execution;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps the marks complete: marks again at once when something is mounted in a mount namespace that is known (the
 * kernel tells it, poll on {@code mountinfo}) or when a process in an unknown one starts a program, and looks for unknown ones
 * every second besides. One platform thread.
 */
final class MountWatch implements AutoCloseable {

    private static final int LOOK_MILLIS = 1_000;
    private static final int MOST_TABLES = Kernel.MOST_POLLED - 1;

    private final Kernel kernel = new Kernel();
    private final Marks marks;
    private final int wake;
    private final Consumer<Marks.Look> looked;
    private final Log log;
    private final Map<Long, Integer> tables = new HashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    private boolean opens;
    private boolean foreign;
    private volatile Set<Long> known = Set.of();
    private volatile Set<Long> mounts = Set.of();

    private MountWatch(
            int group, FileSystems which, boolean opens, boolean foreign, Consumer<Marks.Look> looked, Log log)
            throws IOException {
        this.marks = new Marks(kernel, group, which, log);
        this.wake = kernel.eventFd();
        this.opens = opens;
        this.foreign = foreign;
        this.looked = looked;
        this.log = log;
        this.thread = Thread.ofPlatform().name("execution-mounts").daemon().unstarted(this::watch);
    }

    /**
     * Marks what is there, and from then on what comes. The agent's own namespace comes first: in it most programs start,
     * and to find all the others takes as long as there are processes.
     */
    static MountWatch start(
            int group, FileSystems which, boolean opens, boolean foreign, Consumer<Marks.Look> looked, Log log)
            throws IOException {
        var watch = new MountWatch(group, which, opens, foreign, looked, log);
        watch.marks.mark(Map.of(), opens, foreign);
        watch.look();
        watch.thread.start();
        return watch;
    }

    /** Marks for another purpose from now on; returns when it is done. */
    synchronized void want(boolean nextOpens, boolean nextForeign) {
        if (!closed && (opens != nextOpens || foreign != nextForeign)) {
            opens = nextOpens;
            foreign = nextForeign;
            look();
        }
    }

    /** Whether a mount namespace with this number was looked at. */
    boolean knows(long namespace) {
        return known.contains(namespace);
    }

    /** Whether the mount with this number is one of a namespace that was looked at. */
    boolean knowsMount(long mount) {
        return mounts.contains(mount);
    }

    int wakeDescriptor() {
        return wake;
    }

    /** Tables are watched before they are read: what is mounted meanwhile is told, and looked at next. */
    private synchronized void look() {
        if (closed) {
            return;
        }
        var namespaces = marks.namespaces();
        follow(namespaces);
        var look = marks.mark(namespaces, opens, foreign);
        known = tables.size() < MOST_TABLES ? Set.copyOf(tables.keySet()) : Set.copyOf(namespaces.keySet());
        mounts = look.mounts();
        looked.accept(look);
    }

    /**
     * Watches the tables of these namespaces and of no others. A namespace whose process has ended meanwhile is not
     * known yet; if it lives on, it is found by another process in a second.
     */
    private void follow(Map<Long, Integer> namespaces) {
        tables.entrySet().removeIf(entry -> {
            boolean gone = !namespaces.containsKey(entry.getKey());
            if (gone) {
                kernel.close(entry.getValue());
            }
            return gone;
        });
        namespaces.forEach((namespace, process) -> {
            if (!tables.containsKey(namespace) && tables.size() < MOST_TABLES) {
                int table = kernel.open("/proc/" + process + "/mountinfo");
                if (table >= 0) {
                    tables.put(namespace, table);
                }
            }
        });
    }

    private void watch() {
        var polling = new Kernel();
        try {
            while (!closed) {
                int[] descriptors = descriptors();
                int ready = polling.poll(LOOK_MILLIS, Kernel.POLLIN, Kernel.POLLPRI, descriptors);
                polling.drain(wake);
                if (closed) {
                    return;
                }
                if (ready > 0 || unknownNamespace(polling)) {
                    look();
                }
            }
        } catch (RuntimeException e) {
            log.error(e, "mounts-not-watched");
        } finally {
            polling.close();
        }
    }

    private synchronized int[] descriptors() {
        int[] all = new int[tables.size() + 1];
        all[0] = wake;
        int at = 1;
        for (int table : tables.values()) {
            all[at++] = table;
        }
        return Arrays.copyOf(all, at);
    }

    private boolean unknownNamespace(Kernel polling) {
        for (int process : Processes.all()) {
            long namespace = polling.mountNamespace(process);
            if (namespace != 0 && !known.contains(namespace)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        kernel.wake(wake);
        try {
            if (thread.join(java.time.Duration.ofSeconds(5))) {
                tables.values().forEach(kernel::close);
                kernel.close(wake);
                kernel.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
