package dev.cordon.cli;

import dev.cordon.cli.connection.Download;
import dev.cordon.cli.connection.PrivateFile;
import dev.cordon.cli.output.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Puts what machines handed over into a folder, under names that machines cannot choose. */
final class Downloads {

    private static final int LONGEST_NAME = 100;

    private final Console console;
    private final Path folder;

    Downloads(Console console, Path folder) {
        this.console = console;
        this.folder = folder;
    }

    /** Fetches what a link opens; the file is there as a whole or not at all, for its owner's eyes only. */
    Path fetch(URI link, String name) {
        Path file = folder.resolve(safe(name));
        Path part = folder.resolve("." + file.getFileName() + ".part");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(part);
            try (Download download = console.session().download(link);
                    FileChannel channel = FileChannel.open(
                            part,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PrivateFile.only("rw-------"));
                    OutputStream out = Channels.newOutputStream(channel);
                    Progress progress = new Progress(console.screen())) {
                download.copyTo(out, copied -> progress.draw(List.of(line(name, copied, download.size()))));
            }
            return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to " + folder + ": " + e.getMessage(), e);
        }
    }

    private static Progress.Line line(String name, long copied, long size) {
        OptionalInt percent = size > 0 ? OptionalInt.of((int) (copied * 100 / size)) : OptionalInt.empty();
        return new Progress.Line(name, percent, copied / 1024 + " KiB");
    }

    /** Letters, digits, dots, dashes; no dot in front. */
    static String safe(String name) {
        String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.]+", "_");
        return safe.length() > LONGEST_NAME ? safe.substring(safe.length() - LONGEST_NAME) : safe;
    }
}
