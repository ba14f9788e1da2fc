package dev.cordon.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Unpacks SQLite's own library, once after a build. A server that is told where it is ({@code org.sqlite.lib.path})
 * need not ask another program what kind of system this is, unpack the library and compare it: a tenth of a second of
 * each start. Without it a server starts as well.
 */
public final class SqliteLibrary {

    private SqliteLibrary() {}

    /** @param arguments the folder that it goes to */
    public static void main(String... arguments) throws IOException {
        var name = LibraryLoaderUtil.getNativeLibName();
        var folder = Path.of(arguments[0]);
        try (var library = Objects.requireNonNull(
                SQLiteJDBCLoader.class.getResourceAsStream(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name),
                "no library of SQLite is there for this system")) {
            var fresh = folder.resolve(name + ".new");
            Files.copy(library, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
