package dev.cordon.agent.linux.execution;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who started a program a moment ago: what the same process opens to execute right after is the dynamic loader of that
 * program. For the verdict thread.
 */
final class RecentStarters {

    private static final long SAME_START_NANOS = 50_000_000;
    private static final int MOST = 512;

    private final Map<Integer, Long> starts = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > MOST;
        }
    };

    /** Whether the process was seen a moment ago; it is from now on. */
    boolean seen(int pid, long now) {
        Long before = starts.put(pid, now);
        return before != null && now - before < SAME_START_NANOS;
    }
}
