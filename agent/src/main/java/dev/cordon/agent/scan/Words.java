package dev.cordon.agent.scan;

import java.io.InterruptedIOException;
import java.util.Locale;

/** How figures are said in messages. Stateless. */
final class Words {

    private Words() {}

    static String count(long count, String one) {
        return count(count, one, one + "s");
    }

    static String count(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }

    static String bytes(long bytes) {
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%,d kB", (bytes + 999) / 1000)
                : String.format(Locale.ROOT, "%,d MB", bytes / 1_000_000);
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /** The hasher leaves the thread interrupted; who stops a scan wants an exception instead. */
    static InterruptedException interrupted(InterruptedIOException cause) {
        Thread.interrupted();
        var stopped = new InterruptedException("the scan was stopped");
        stopped.initCause(cause);
        return stopped;
    }
}
