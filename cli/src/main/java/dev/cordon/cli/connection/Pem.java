package dev.cordon.cli.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads certificates that an operator names. */
public final class Pem {

    /** Far more than certificates need; whoever names a disk image by mistake is told so. */
    private static final int LARGEST = 64 * 1024;

    private Pem() {}

    /** @throws IllegalArgumentException if the file cannot be read as text of bearable size */
    public static String read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IllegalArgumentException(file + " is too large for certificates in PEM");
            }
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + " as PEM: " + e.getMessage(), e);
        }
    }
}
