package dev.cordon.agent.hash;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Which processors threads run on (sched_setaffinity(2)). The kernel looks for an idle processor only while the others
 * are little used: of two threads that work hand in hand, both may stay on one for as long as they work.
 */
final class Processors {

    /** Of a thousand processors; on a larger machine threads stay where the kernel puts them. */
    private static final int SET_BYTES = 128;

    private static final int THIS_THREAD = 0;
    private static final int NONE = -1;

    private static final CFunction CURRENT = CLibrary.STANDARD.function("sched_getcpu", 0);
    private static final CFunction ALLOWED = CLibrary.STANDARD.function("sched_getaffinity", 3);
    private static final CFunction ALLOW = CLibrary.STANDARD.function("sched_setaffinity", 3);

    private final MemorySegment allowed;
    private final MemorySegment others;
    private final boolean known;
    private int avoided = NONE;

    /** For the calling thread alone, as long as the arena lasts. */
    Processors(Arena arena) {
        allowed = arena.allocate(SET_BYTES, Long.BYTES);
        others = arena.allocate(SET_BYTES, Long.BYTES);
        known = (int) ALLOWED.call(CLibrary.UNREAD, THIS_THREAD, SET_BYTES, allowed.address()) == 0;
    }

    /** The one that the calling thread runs on, or less than zero if that cannot be told. */
    static int current() {
        return (int) CURRENT.call(CLibrary.UNREAD);
    }

    /**
     * Lets the thread run on any that it was allowed at first but this one. Where that leaves none, or there is no such
     * processor, nothing changes.
     */
    void avoid(int processor) {
        if (processor == avoided || processor < 0 || processor >= SET_BYTES * Byte.SIZE || !known) {
            return;
        }
        avoided = processor;
        others.copyFrom(allowed);
        long at = processor / Long.SIZE;
        others.setAtIndex(JAVA_LONG, at, others.getAtIndex(JAVA_LONG, at) & ~(1L << processor % Long.SIZE));
        ALLOW.call(CLibrary.UNREAD, THIS_THREAD, SET_BYTES, others.address());
    }
}
