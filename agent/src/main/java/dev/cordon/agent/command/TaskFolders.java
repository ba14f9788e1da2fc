package dev.cordon.agent.command;

import dev.cordon.agent.journal.JournalState;
import dev.cordon.agent.journal.JournaledCommand;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A folder for every command that is being carried out, named after its sequence, for nobody but the agent. Immutable.
 *
 * @param root holds the folders and nothing else
 */
record TaskFolders(Path root, Log log) {

    Path of(long sequence) {
        return root.resolve(Long.toUnsignedString(sequence));
    }

    void make(long sequence) throws IOException {
        Files.createDirectories(
                of(sequence), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    void remove(long sequence) {
        remove(of(sequence));
    }

    /** Removes what commands left behind that had ended when the agent died. */
    void removeStray(JournalState state) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (var folders = Files.newDirectoryStream(root)) {
            for (var folder : folders) {
                if (!open(state, folder.getFileName().toString())) {
                    remove(folder);
                }
            }
        } catch (IOException e) {
            log.warn(e, "task-folders-not-cleaned", "folder", root);
        }
    }

    private static boolean open(JournalState state, String name) {
        try {
            return state.command(Long.parseUnsignedLong(name))
                    .filter(JournaledCommand::open)
                    .isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn(e, "task-folder-not-removed", "folder", folder);
        }
    }
}
