package dev.cordon.agent.linux.execution;

import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Judging as it is switched on and off: a fanotify group, the {@link VerdictThread} that answers it, and the marks on all
 * file systems ({@link MountWatch}). Safe for use by many threads.
 */
final class Listener implements AutoCloseable {

    private static final int START_SECONDS = 10;
    private static final int CHANGE_SECONDS = 10;

    private final Rules rules;
    private final VerdictThread verdicts;
    private final Log log;
    private @Nullable MountWatch mounts;

    private Listener(Rules rules, VerdictThread verdicts, Log log) {
        this.rules = rules;
        this.verdicts = verdicts;
        this.log = log;
    }

    /**
     * Starts to judge: the watchdog first, then the thread, then the marks. Returns when all file systems bear the mark.
     *
     * @param ended told when judging ends without {@link #close}; everything may start from then on
     * @throws IOException if the kernel does not let this process do it
     */
    static Listener start(Rules rules, FileSystems which, Runnable ended, Log log) throws IOException {
        var verdicts = VerdictThread.open(rules, ended, log);
        var listener = new Listener(rules, verdicts, log);
        try {
            waitFor(verdicts.start(), START_SECONDS, "the verdict thread did not start");
            listener.mark(which);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    private void mark(FileSystems which) throws IOException {
        var now = rules.policy().get();
        var watch =
                MountWatch.start(verdicts.group(), which, now.coversOpens(), now.refusesForeign(), this::looked, log);
        mounts = watch;
        verdicts.lookForStrangers(watch);
    }

    private void looked(Marks.Look look) {
        verdicts.foreign(look.foreign());
        if (look.marked() == 0) {
            log.warn("no-file-system-marked");
        }
    }

    /**
     * Adapts to the policy. When it returns, nobody is exempt by an older one, and the marks see what it has to see.
     *
     * @throws IOException if the verdict thread does not answer
     */
    void policyChanged() throws IOException {
        var taken = verdicts.policyChanged();
        if (taken == null) {
            return; // it ended
        }
        waitFor(taken, CHANGE_SECONDS, "the verdict thread does not answer");
        var watch = mounts;
        if (watch != null) {
            watch.want(rules.policy().get().coversOpens(), rules.policy().get().refusesForeign());
        }
    }

    private static void waitFor(CompletableFuture<Void> what, int seconds, String otherwise) throws IOException {
        try {
            what.get(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while execution control was changed", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(otherwise, e);
        }
    }

    /** Lets everybody go on, who waits now and who comes later. */
    @Override
    public void close() {
        verdicts.end();
        var watch = mounts;
        if (watch != null) {
            watch.close();
        }
        verdicts.close();
    }
}
