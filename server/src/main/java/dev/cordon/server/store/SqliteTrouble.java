package dev.cordon.server.store;

import java.nio.file.Files;
import java.nio.file.Path;

/** What SQLite's errors mean for an operator, and what to do about them. */
final class SqliteTrouble {

    private SqliteTrouble() {}

    static StoreException told(Path file, Exception e) {
        if (e instanceof StoreException known) {
            return known;
        }
        var folder = Files.isDirectory(file) ? file : file.toAbsolutePath().getParent();
        var text = String.valueOf(e.getMessage());
        // the index of the write-ahead log is the first that finds no space
        if (text.contains("SQLITE_FULL") || text.contains("disk is full") || text.contains("SQLITE_IOERR_SHMSIZE")) {
            return new StoreException(
                    "The disk that holds " + folder + " is full: nothing was changed. Free space.", e);
        }
        if (text.contains("SQLITE_CORRUPT") || text.contains("SQLITE_NOTADB")) {
            return new StoreException(
                    "The database " + file
                            + " is damaged. Stop the server and restore the data directory from a backup.",
                    e);
        }
        if (text.contains("SQLITE_READONLY") || text.contains("SQLITE_CANTOPEN") || text.contains("SQLITE_PERM")) {
            return new StoreException("The database " + file + " cannot be written. Check the owner and mode.", e);
        }
        if (text.contains("SQLITE_INTERRUPT")) {
            return new StoreException("The query took too long and was ended. Narrow it.", e);
        }
        return new StoreException("The database " + file + " failed: " + text, e);
    }
}
