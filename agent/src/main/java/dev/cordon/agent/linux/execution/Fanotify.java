package dev.cordon.agent.linux.execution;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The calls of fanotify(7); each returns its result or minus errno. Works in the memory of a {@link Kernel}, for the same
 * thread.
 */
final class Fanotify {

    static final int EVENT_BYTES = 24;
    static final long CLOSE_WRITE = 0x8;
    static final long OPEN_PERM = 0x10000;
    static final long OPEN_EXEC_PERM = 0x40000;

    private static final int CLOEXEC = 0x1;
    private static final int NONBLOCK = 0x2;
    private static final int CLASS_CONTENT = 0x4;
    private static final int UNLIMITED_QUEUE = 0x10;
    private static final int UNLIMITED_MARKS = 0x20;
    private static final int MARK_ADD = 0x1;
    private static final int MARK_REMOVE = 0x2;
    private static final int MARK_DONT_FOLLOW = 0x4;
    private static final int MARK_IGNORED = 0x20;
    private static final int MARK_FLUSH = 0x80;
    private static final int MARK_FILESYSTEM = 0x100;
    private static final int EVENT_FILE_FLAGS = 0x80000 | 0x40000 | 0x8000; // O_RDONLY|O_CLOEXEC|O_NOATIME|O_LARGEFILE
    private static final int AT_FDCWD = -100;

    private static final CFunction INIT = CLibrary.STANDARD.function("fanotify_init", 2);
    private static final CFunction MARK = CLibrary.STANDARD.function("fanotify_mark", 5);
    private final MemorySegment errno;

    Fanotify(Kernel kernel) {
        errno = kernel.errno();
    }

    /** A new group, whose events come before a program starts. */
    int init() {
        int flags = CLOEXEC | NONBLOCK | CLASS_CONTENT | UNLIMITED_QUEUE | UNLIMITED_MARKS;
        int result = (int) INIT.call(errno, flags, EVENT_FILE_FLAGS);
        return result >= 0 ? result : -CLibrary.errno(errno);
    }

    /** Adds or removes the mark of the file system that the path lies on. */
    int markFileSystem(int group, boolean add, long mask, String path) {
        return mark(group, MARK_FILESYSTEM | MARK_DONT_FOLLOW | (add ? MARK_ADD : MARK_REMOVE), mask, path);
    }

    /** Marks this one file and nothing around it. */
    int markFile(int group, long mask, String path) {
        return mark(group, MARK_ADD, mask, path);
    }

    private int mark(int group, int flags, long mask, String path) {
        try (Arena call = Arena.ofConfined()) {
            MemorySegment name = call.allocateFrom(path, StandardCharsets.ISO_8859_1);
            int result = (int) MARK.call(errno, group, flags, mask, AT_FDCWD, name.address());
            return result >= 0 ? result : -CLibrary.errno(errno);
        }
    }

    /** Lets the group hear no events of this open file, or hear them again, whatever the marks around it say. */
    int ignore(int group, boolean add, long mask, int descriptor) {
        return mark(group, MARK_IGNORED | (add ? MARK_ADD : MARK_REMOVE), mask, descriptor);
    }

    /** Lets the group hear these events of this open file besides. */
    int tell(int group, long mask, int descriptor) {
        return mark(group, MARK_ADD, mask, descriptor);
    }

    /** Removes the marks of all single files, and no other. */
    int forgetFiles(int group) {
        return mark(group, MARK_FLUSH, 0, AT_FDCWD);
    }

    private int mark(int group, int flags, long mask, int descriptor) {
        int result = (int) MARK.call(errno, group, flags, mask, descriptor, 0);
        return result >= 0 ? result : -CLibrary.errno(errno);
    }
}
