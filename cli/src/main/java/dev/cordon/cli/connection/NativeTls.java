package dev.cordon.cli.connection;

import io.netty.internal.tcnative.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Whether BoringSSL is there: the launcher says where the build has put it ({@code cordon.tls.library}). Where it is not,
 * or cannot be loaded on this computer, TLS is the run time's own, which only makes commands take longer.
 */
public final class NativeTls {

    /** The system property with the path of the library. */
    static final String LIBRARY = "cordon.tls.library";

    private static final String NAME = "libnetty_tcnative_linux_x86_64.so";

    private NativeTls() {}

    private static final class Loaded {
        private static final boolean HERE = load(System.getProperty(LIBRARY, ""));
    }

    /** Loads it at the first call. */
    static boolean isHere() {
        return Loaded.HERE;
    }

    /** Puts the library into a folder; empty if there is none on the class path. */
    public static Optional<Path> unpack(Path folder) throws IOException {
        try (InputStream library = NativeTls.class.getResourceAsStream("/META-INF/native/" + NAME)) {
            if (library == null) {
                return Optional.empty();
            }
            Path fresh = folder.resolve(NAME + ".new");
            Files.copy(library, fresh, StandardCopyOption.REPLACE_EXISTING);
            Path file = folder.resolve(NAME);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(file);
        }
    }

    private static boolean load(String file) {
        if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
            return false;
        }
        try {
            System.load(Path.of(file).toAbsolutePath().toString());
            return Library.initialize("provided", null);
        } catch (Exception | LinkageError e) {
            return false;
        }
    }
}
