package dev.cordon.agent.scan;

/**
 * Remembers which files a scan has had, so that one that is reached on several ways is scanned once. Keeps 64 bits of
 * each, 2 MiB at most; when it is full it forgets nothing and takes nothing, and a file may be scanned again. For one
 * thread.
 */
final class SeenFiles {

    private static final int FIRST_SLOTS = 1 << 8;
    private static final int MOST_SLOTS = 1 << 18;

    private long[] slots = new long[FIRST_SLOTS];
    private int used;

    /** Whether the file is new, as far as is known. */
    boolean add(long device, long inode) {
        long key = mix(mix(device) + inode);
        key = key == 0 ? 1 : key;
        int at = place(key);
        if (slots[at] == key) {
            return false;
        }
        if (isFull() && slots.length < MOST_SLOTS) {
            grow();
            at = place(key);
        }
        if (!isFull()) {
            slots[at] = key;
            used++;
        }
        return true;
    }

    private boolean isFull() {
        return used >= slots.length / 4 * 3;
    }

    /** Where the key is, or where it would be. */
    private int place(long key) {
        int at = (int) (key & (slots.length - 1));
        while (slots[at] != 0 && slots[at] != key) {
            at = (at + 1) & (slots.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 4];
        for (long key : old) {
            if (key != 0) {
                slots[place(key)] = key;
            }
        }
    }

    /** Every bit of the result depends on every bit of the value (the finalizer of SplitMix64). */
    private static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
