package dev.cordon.agent.scan;

/**
 * Remembers which files a scan has had, so that one that is reached on several ways is scanned once. Keeps 64 bits of
 * each, 2 MiB in all; when it is full it forgets nothing and takes nothing, and a file may be scanned again. For one
 * thread.
 */
final class SeenFiles {

    private static final int SLOTS = 1 << 18;
    private static final int MOST = SLOTS / 4 * 3;

    private final long[] slots = new long[SLOTS];
    private int used;

    /** Whether the file is new. */
    boolean add(long device, long inode) {
        long key = mix(mix(device) + inode);
        key = key == 0 ? 1 : key;
        int at = (int) (key & (SLOTS - 1));
        while (slots[at] != 0) {
            if (slots[at] == key) {
                return false;
            }
            at = (at + 1) & (SLOTS - 1);
        }
        if (used < MOST) {
            slots[at] = key;
            used++;
        }
        return true;
    }

    /** Every bit of the result depends on every bit of the value (the finalizer of SplitMix64). */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
