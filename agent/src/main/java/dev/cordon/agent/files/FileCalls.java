package dev.cordon.agent.files;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The system calls by which files are found, kept and given back. Everything goes by descriptor and by a name within an
 * open folder, so that nobody can lead the agent elsewhere by swapping a folder of the path for a link; no call follows
 * a symbolic link but {@link #openFollowing}.
 *
 * <p>Implementations are safe for use by many threads. Every call throws {@link FileCallException} if it fails; none
 * waits for another process (a FIFO is opened without waiting).
 */
public interface FileCalls {

    /** The root folder. */
    int openRoot() throws FileCallException;

    /** A folder within a folder, for reading, syncing, and for what is in it. */
    int openFolder(int folder, byte[] name) throws FileCallException;

    /** For reading, without waiting and, where that is allowed, without a new access time. */
    int openFile(int folder, byte[] name) throws FileCallException;

    /** For reading, following links, such as those below {@code /proc}. */
    int openFollowing(byte[] path) throws FileCallException;

    /** A file for reading and writing. */
    int openExisting(int folder, byte[] name) throws FileCallException;

    /** A new file of this name for reading and writing, mode 0600. */
    int create(int folder, byte[] name) throws FileCallException;

    /** A new file without a name on the folder's file system, mode 0600; empty if that cannot do it (O_TMPFILE). */
    Optional<Integer> createUnnamed(int folder) throws FileCallException;

    /** Gives a file without a name one; never replaces anything. */
    void giveName(int descriptor, int folder, byte[] name) throws FileCallException;

    void close(int descriptor);

    Stat stat(int descriptor) throws FileCallException;

    /** Of the name itself, also where it is a link. */
    Stat stat(int folder, byte[] name) throws FileCallException;

    /** Reads by offset into the buffer's free room; 0 at the end. */
    int read(int descriptor, ByteBuffer target, long offset) throws FileCallException;

    /** Writes all that remains in the buffer. */
    void write(int descriptor, ByteBuffer source, long offset) throws FileCallException;

    /** Waits until content, metadata or, for a folder, its names are on the disk. */
    void sync(int descriptor) throws FileCallException;

    /**
     * Waits until everything that was written to the file system of this descriptor is on the disk (syncfs(2)). That this
     * failed is told by Linux 5.8 and later; before, only what {@link #sync} is called for tells.
     */
    void syncFileSystem(int descriptor) throws FileCallException;

    /** Within one file system; replaces what has the new name. */
    void rename(int folder, byte[] name, int newFolder, byte[] newName) throws FileCallException;

    /** Within one file system; fails with EEXIST if something has the new name. */
    void renameToFree(int folder, byte[] name, int newFolder, byte[] newName) throws FileCallException;

    void unlink(int folder, byte[] name) throws FileCallException;

    void makeFolder(int folder, byte[] name, int mode) throws FileCallException;

    byte[] readLink(int folder, byte[] name) throws FileCallException;

    void makeLink(byte[] target, int folder, byte[] name) throws FileCallException;

    void setOwner(int descriptor, int uid, int gid) throws FileCallException;

    /** Of a symbolic link itself. */
    void setLinkOwner(int folder, byte[] name, int uid, int gid) throws FileCallException;

    void setPermissions(int descriptor, int permissions) throws FileCallException;

    void setTimes(int descriptor, Stat.Instant64 accessed, Stat.Instant64 modified) throws FileCallException;

    /** Of a symbolic link itself. */
    void setLinkTimes(int folder, byte[] name, Stat.Instant64 accessed, Stat.Instant64 modified)
            throws FileCallException;

    /** All extended attributes, access control lists and capabilities among them (xattr(7)); empty where there are none. */
    List<Attribute> attributes(int descriptor) throws FileCallException;

    void setAttribute(int descriptor, Attribute attribute) throws FileCallException;

    void removeAttribute(int descriptor, String name) throws FileCallException;

    /** The inode flags of chattr(1); 0 where the file system has none. */
    int flags(int descriptor) throws FileCallException;

    void setFlags(int descriptor, int flags) throws FileCallException;

    /** The next names of an open folder, without {@code .} and {@code ..}; empty at the end. Uses the buffer as scratch. */
    List<Entry> next(int folder, ByteBuffer scratch) throws FileCallException;

    /** Bytes that are free for use on the file system of this descriptor. */
    long free(int descriptor) throws FileCallException;

    /** How many files the file system of this descriptor holds; 0 where it does not count them. */
    long files(int descriptor) throws FileCallException;

    /**
     * One extended attribute.
     *
     * @param name as the kernel has it, one character a byte
     */
    @SuppressWarnings("ArrayRecordComponent") // carried from one call to the next, never compared
    record Attribute(String name, byte[] value) {}

    /** A name in a folder. */
    @SuppressWarnings("ArrayRecordComponent") // carried from one call to the next, never compared
    record Entry(byte[] name, Type type) {}

    /** What a name in a folder stands for, where the file system says so. */
    enum Type {
        REGULAR,
        FOLDER,
        OTHER,
        /** To be looked up. */
        UNKNOWN
    }

    /** chattr(1) {@code +i}. */
    int IMMUTABLE = 0x10;
    /** chattr(1) {@code +a}. */
    int APPEND_ONLY = 0x20;
}
