package dev.cordon.agent.files;

import java.io.IOException;

/** A file call failed; the message says why in words. */
public final class FileCallException extends IOException {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int ENXIO = 6;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOPNOTSUPP = 95;
    public static final int ESTALE = 116;
    public static final int EDQUOT = 122;

    private static final long serialVersionUID = 1L;

    private final int number;

    /** @param number errno(3) */
    public FileCallException(String call, int number) {
        super(words(number) + " (" + call + ")");
        this.number = number;
    }

    /** errno(3). */
    public int number() {
        return number;
    }

    public boolean is(int... numbers) {
        for (int each : numbers) {
            if (each == number) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is nothing of this name. */
    public boolean gone() {
        return is(ENOENT, ENOTDIR, ESTALE);
    }

    /** Whether the file system had no room left. */
    public boolean full() {
        return is(ENOSPC, EDQUOT);
    }

    private static String words(int number) {
        return switch (number) {
            case EPERM -> "not permitted";
            case ENOENT -> "there is no such file";
            case ESRCH -> "there is no such process";
            case 5 -> "the disk could not read or write it";
            case EACCES -> "permission denied";
            case 16 -> "it is in use by the system";
            case EEXIST -> "there is already a file of this name";
            case EXDEV -> "it is on another file system";
            case ENOTDIR -> "a part of the path is no folder";
            case EISDIR -> "it is a folder";
            case EINVAL -> "the file system does not take this";
            case 24 -> "too many files are open";
            case 26 -> "it is being executed";
            case 27 -> "the file is too large for this file system";
            case ENOSPC -> "no space is left on the disk";
            case EROFS -> "the file system is mounted read-only";
            case ENAMETOOLONG -> "the name is too long";
            case ENOSYS -> "the kernel does not have this";
            case ELOOP -> "it is a symbolic link";
            case ENODATA -> "there is no such attribute";
            case EOPNOTSUPP -> "the file system cannot do this";
            case ESTALE -> "it is no longer there";
            case EDQUOT -> "the disk quota is used up";
            default -> "error " + number;
        };
    }
}
