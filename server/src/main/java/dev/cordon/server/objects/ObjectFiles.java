package dev.cordon.server.objects;

import dev.cordon.server.keys.KeyVault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/** The folder of sealed files. Each has its own key, wrapped by the master key and bound to the object. Thread-safe. */
public final class ObjectFiles {

    /** What is always left free, for the database beside it. */
    private static final long RESERVE = 64L << 20;

    private static final int KEY_BYTES = 32;

    private final Path folder;
    private final KeyVault vault;
    private final SecureRandom random = new SecureRandom();

    private ObjectFiles(Path folder, KeyVault vault) {
        this.folder = folder;
        this.vault = vault;
    }

    /** Opens the folder; a missing one is made. */
    public static ObjectFiles in(Path folder, KeyVault vault) {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return new ObjectFiles(folder, vault);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    folder + " cannot be made: " + e.getMessage() + ". Make the data directory writable.", e);
        }
    }

    byte[] newWrappedKey(String id) {
        var key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return vault.wrap(key, context(id));
    }

    byte[] key(StoredObject object) {
        return vault.unwrap(object.wrappedKey(), context(object.id()));
    }

    SealedFile append(StoredObject object) throws IOException {
        return SealedFile.append(path(object.id()), key(object), object.id());
    }

    SealedFile read(StoredObject object) throws IOException {
        return SealedFile.read(path(object.id()), key(object), object.id());
    }

    void delete(String id) throws IOException {
        Files.deleteIfExists(path(id));
    }

    boolean hasRoomFor(long bytes) throws IOException {
        return Files.getFileStore(folder).getUsableSpace() - RESERVE > bytes;
    }

    Path path(String id) {
        return folder.resolve(id);
    }

    private static String context(String id) {
        return "object " + id;
    }
}
