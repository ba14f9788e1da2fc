package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.protocol.foreign.CLibrary.attempt;
import static dev.cordon.protocol.foreign.CLibrary.text;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Stat;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * {@link FileCalls} by the C library (openat(2), linkat(2), renameat2(2)); glibc 2.28 or musl with these functions.
 * What has a form of its own in memory is read elsewhere: {@link FileStatus}, {@link DirectoryEntries},
 * {@link ExtendedAttributes}, {@link InodeFlags}. Stateless.
 */
public final class LinuxFileCalls implements FileCalls {

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_NOATIME = 0x40000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int RENAME_NOREPLACE = 1;
    private static final int OWNER_ONLY = 0600;
    private static final int LINK_MAX = 4_096;
    private static final byte[] HERE = {'.'};
    private static final byte[] NOTHING = {};

    // these differ between processors (fcntl.h)
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int O_LARGEFILE = 0;
    private static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private static final CFunction OPENAT = CLibrary.STANDARD.function("openat", 4);
    private static final CFunction CLOSE = CLibrary.STANDARD.function("close", 1);
    private static final CFunction PREAD = CLibrary.STANDARD.function("pread", 4);
    private static final CFunction PWRITE = CLibrary.STANDARD.function("pwrite", 4);
    private static final CFunction FSYNC = CLibrary.STANDARD.function("fsync", 1);
    private static final CFunction SYNCFS = CLibrary.STANDARD.function("syncfs", 1);
    private static final CFunction LINKAT = CLibrary.STANDARD.function("linkat", 5);
    private static final CFunction RENAMEAT2 = CLibrary.STANDARD.function("renameat2", 5);
    private static final CFunction UNLINKAT = CLibrary.STANDARD.function("unlinkat", 3);
    private static final CFunction MKDIRAT = CLibrary.STANDARD.function("mkdirat", 3);
    private static final CFunction READLINKAT = CLibrary.STANDARD.function("readlinkat", 4);
    private static final CFunction SYMLINKAT = CLibrary.STANDARD.function("symlinkat", 3);
    private static final CFunction FCHOWNAT = CLibrary.STANDARD.function("fchownat", 5);
    private static final CFunction FCHMOD = CLibrary.STANDARD.function("fchmod", 2);
    private static final CFunction FUTIMENS = CLibrary.STANDARD.function("futimens", 2);
    private static final CFunction UTIMENSAT = CLibrary.STANDARD.function("utimensat", 4);
    private static final CFunction FSTATVFS = CLibrary.STANDARD.function("fstatvfs", 2);

    private static int open(int folder, byte[] name, int flags, int mode) throws FileCallException {
        return (int) checked("open", (errno, arena) ->
                (int) OPENAT.call(errno, folder, text(arena, name), flags | O_CLOEXEC | O_LARGEFILE, mode));
    }

    @Override
    public int openRoot() throws FileCallException {
        return open(AT_FDCWD, new byte[] {'/'}, O_DIRECTORY, 0);
    }

    @Override
    public int openFolder(int folder, byte[] name) throws FileCallException {
        return open(folder, name, O_DIRECTORY | O_NOFOLLOW, 0);
    }

    @Override
    public int openFile(int folder, byte[] name) throws FileCallException {
        try {
            return open(folder, name, O_NOFOLLOW | O_NONBLOCK | O_NOATIME, 0);
        } catch (FileCallException e) {
            if (e.is(FileCallException.EPERM)) {
                return open(folder, name, O_NOFOLLOW | O_NONBLOCK, 0);
            }
            throw e;
        }
    }

    @Override
    public int openFollowing(byte[] path) throws FileCallException {
        return open(AT_FDCWD, path, O_NONBLOCK, 0);
    }

    @Override
    public int openExisting(int folder, byte[] name) throws FileCallException {
        return open(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0);
    }

    @Override
    public int create(int folder, byte[] name) throws FileCallException {
        return open(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY);
    }

    @Override
    public Optional<Integer> createUnnamed(int folder) throws FileCallException {
        try {
            return Optional.of(open(folder, HERE, O_RDWR | O_TMPFILE, OWNER_ONLY));
        } catch (FileCallException e) {
            if (e.is(FileCallException.EOPNOTSUPP, FileCallException.EISDIR, FileCallException.EINVAL)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void giveName(int descriptor, int folder, byte[] name) throws FileCallException {
        byte[] own = ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII);
        checked("link", (errno, arena) ->
                (int) LINKAT.call(errno, AT_FDCWD, text(arena, own), folder, text(arena, name), AT_SYMLINK_FOLLOW));
    }

    @Override
    public void close(int descriptor) {
        attempt((errno, arena) -> (int) CLOSE.call(errno, descriptor));
    }

    @Override
    public Stat stat(int descriptor) throws FileCallException {
        return FileStatus.of(descriptor, NOTHING, AT_EMPTY_PATH);
    }

    @Override
    public Stat stat(int folder, byte[] name) throws FileCallException {
        return FileStatus.of(folder, name, AT_SYMLINK_NOFOLLOW);
    }

    @Override
    public int read(int descriptor, ByteBuffer target, long offset) throws FileCallException {
        if (!target.isDirect()) {
            var room = ByteBuffer.allocateDirect(target.remaining());
            int count = read(descriptor, room, offset);
            target.put(room.flip());
            return count;
        }
        int count = (int) checked(
                "read",
                (errno, arena) -> PREAD.call(
                        errno,
                        descriptor,
                        CLibrary.address(MemorySegment.ofBuffer(target)),
                        target.remaining(),
                        offset));
        target.position(target.position() + count);
        return count;
    }

    @Override
    public void write(int descriptor, ByteBuffer source, long offset) throws FileCallException {
        var bytes = source.isDirect() ? source : direct(source);
        long at = offset;
        while (bytes.hasRemaining()) {
            long position = at;
            int count = (int) checked(
                    "write",
                    (errno, arena) -> PWRITE.call(
                            errno,
                            descriptor,
                            CLibrary.address(MemorySegment.ofBuffer(bytes)),
                            bytes.remaining(),
                            position));
            bytes.position(bytes.position() + count);
            at += count;
        }
    }

    private static ByteBuffer direct(ByteBuffer source) {
        return ByteBuffer.allocateDirect(source.remaining()).put(source).flip();
    }

    @Override
    public void sync(int descriptor) throws FileCallException {
        checked("fsync", (errno, arena) -> (int) FSYNC.call(errno, descriptor));
    }

    @Override
    public void syncFileSystem(int descriptor) throws FileCallException {
        checked("syncfs", (errno, arena) -> (int) SYNCFS.call(errno, descriptor));
    }

    @Override
    public void rename(int folder, byte[] name, int newFolder, byte[] newName) throws FileCallException {
        rename(folder, name, newFolder, newName, 0);
    }

    @Override
    public void renameToFree(int folder, byte[] name, int newFolder, byte[] newName) throws FileCallException {
        rename(folder, name, newFolder, newName, RENAME_NOREPLACE);
    }

    private static void rename(int folder, byte[] name, int newFolder, byte[] newName, int flags)
            throws FileCallException {
        checked("rename", (errno, arena) ->
                (int) RENAMEAT2.call(errno, folder, text(arena, name), newFolder, text(arena, newName), flags));
    }

    @Override
    public void unlink(int folder, byte[] name) throws FileCallException {
        checked("unlink", (errno, arena) -> (int) UNLINKAT.call(errno, folder, text(arena, name), 0));
    }

    @Override
    public void makeFolder(int folder, byte[] name, int mode) throws FileCallException {
        checked("mkdir", (errno, arena) -> (int) MKDIRAT.call(errno, folder, text(arena, name), mode));
    }

    @Override
    public byte[] readLink(int folder, byte[] name) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            MemorySegment target = room.allocate(LINK_MAX);
            int length = (int) checked(
                    "readlink",
                    (errno, arena) -> READLINKAT.call(errno, folder, text(arena, name), target.address(), LINK_MAX));
            return target.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    @Override
    public void makeLink(byte[] target, int folder, byte[] name) throws FileCallException {
        checked("symlink", (errno, arena) ->
                (int) SYMLINKAT.call(errno, text(arena, target), folder, text(arena, name)));
    }

    @Override
    public void setOwner(int descriptor, int uid, int gid) throws FileCallException {
        checked("chown", (errno, arena) ->
                (int) FCHOWNAT.call(errno, descriptor, text(arena, NOTHING), uid, gid, AT_EMPTY_PATH));
    }

    @Override
    public void setLinkOwner(int folder, byte[] name, int uid, int gid) throws FileCallException {
        checked("chown", (errno, arena) ->
                (int) FCHOWNAT.call(errno, folder, text(arena, name), uid, gid, AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void setPermissions(int descriptor, int permissions) throws FileCallException {
        checked("chmod", (errno, arena) -> (int) FCHMOD.call(errno, descriptor, permissions));
    }

    @Override
    public void setTimes(int descriptor, Stat.Instant64 accessed, Stat.Instant64 modified) throws FileCallException {
        checked("utimens", (errno, arena) -> (int) FUTIMENS.call(
                errno, descriptor, times(arena, accessed, modified).address()));
    }

    @Override
    public void setLinkTimes(int folder, byte[] name, Stat.Instant64 accessed, Stat.Instant64 modified)
            throws FileCallException {
        checked("utimens", (errno, arena) -> (int) UTIMENSAT.call(
                errno,
                folder,
                text(arena, name),
                times(arena, accessed, modified).address(),
                AT_SYMLINK_NOFOLLOW));
    }

    private static MemorySegment times(Arena arena, Stat.Instant64 accessed, Stat.Instant64 modified) {
        return arena.allocateFrom(
                JAVA_LONG, accessed.seconds(), accessed.nanos(), modified.seconds(), modified.nanos());
    }

    @Override
    public List<Attribute> attributes(int descriptor) throws FileCallException {
        return ExtendedAttributes.of(descriptor);
    }

    @Override
    public void setAttribute(int descriptor, Attribute attribute) throws FileCallException {
        ExtendedAttributes.set(descriptor, attribute);
    }

    @Override
    public void removeAttribute(int descriptor, String name) throws FileCallException {
        ExtendedAttributes.remove(descriptor, name);
    }

    @Override
    public int flags(int descriptor) throws FileCallException {
        return InodeFlags.of(descriptor);
    }

    @Override
    public void setFlags(int descriptor, int flags) throws FileCallException {
        InodeFlags.set(descriptor, flags);
    }

    @Override
    public List<Entry> next(int folder, ByteBuffer scratch) throws FileCallException {
        return DirectoryEntries.next(folder, scratch);
    }

    @Override
    public long free(int descriptor) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            // f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree (statvfs(3), 64 bit)
            var answer = fileSystem(descriptor, room);
            return answer.get(JAVA_LONG, 8) * answer.get(JAVA_LONG, 32);
        }
    }

    @Override
    public long files(int descriptor) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            var answer = fileSystem(descriptor, room);
            return Math.max(0, answer.get(JAVA_LONG, 40) - answer.get(JAVA_LONG, 48));
        }
    }

    private static MemorySegment fileSystem(int descriptor, Arena room) throws FileCallException {
        MemorySegment answer = room.allocate(256, 8);
        checked("statvfs", (errno, arena) -> (int) FSTATVFS.call(errno, descriptor, answer.address()));
        return answer;
    }
}
