package dev.cordon.agent.scan;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The executables of running processes and the libraries they have mapped (proc(5)), also where the file was deleted or
 * lies in a container.
 */
final class RunningFiles {

    private static final int MOST_MAPPINGS = 100_000;

    private final Path root;
    private final Mounts mounts;
    private final Finds finds;
    private final SeenFiles seen;

    RunningFiles(Path root, Mounts mounts, Finds finds, SeenFiles seen) {
        this.root = root;
        this.mounts = mounts;
        this.finds = finds;
        this.seen = seen;
    }

    void walk() throws InterruptedException, EngineException {
        try (var processes = Files.newDirectoryStream(root.resolve("proc"), "[0-9]*")) {
            for (Path process : processes) {
                Walk.stopIfInterrupted();
                link(process.resolve("exe"));
                libraries(process);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // no processes to be seen here
        }
    }

    /** A link of the kernel leads to the file itself, whatever became of its name. */
    private void link(Path link) throws InterruptedException, EngineException {
        try {
            Path target = link.resolveSibling(Files.readSymbolicLink(link));
            if (mounts.ofNetwork(target)) {
                return;
            }
            var attributes = Attributes.ofTarget(link);
            if (attributes.isRegular() && seen.add(attributes.device(), attributes.inode())) {
                finds.file(new Candidate(target, link, true, attributes.size()));
            }
        } catch (NoSuchFileException e) {
            // the process has ended, or is one of the kernel's own
        } catch (IOException e) {
            finds.unreadable(link);
        }
    }

    private void libraries(Path process) throws InterruptedException, EngineException {
        try (var in = Files.newInputStream(process.resolve("maps"));
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
            String line = lines.readLine();
            for (int i = 0; line != null && i < MOST_MAPPINGS; i++) {
                mapping(process, line);
                line = lines.readLine();
            }
        } catch (IOException e) {
            // the process has ended
        }
    }

    /** {@code 7f1c2e000000-7f1c2e026000 r-xp 00000000 fd:01 1573055   /usr/lib/libc.so.6} */
    private void mapping(Path process, String line) throws InterruptedException, EngineException {
        String[] fields = line.split(" +", 6);
        if (fields.length < 6 || fields[1].length() < 3 || fields[1].charAt(2) != 'x' || !fields[5].startsWith("/")) {
            return;
        }
        Path byAddress = process.resolve("map_files").resolve(fields[0]);
        if (Files.exists(byAddress, LinkOption.NOFOLLOW_LINKS)) {
            link(byAddress);
        } else {
            byName(process, fields[5]);
        }
    }

    private void byName(Path process, String name) throws InterruptedException, EngineException {
        Path own = process.resolve("root");
        Path file = (Files.exists(own) ? own : root).resolve(name.substring(1));
        try {
            var attributes = Attributes.of(file);
            if (attributes.isRegular()
                    && !mounts.ofNetwork(file)
                    && seen.add(attributes.device(), attributes.inode())) {
                finds.file(new Candidate(root.resolve(name.substring(1)), file, false, attributes.size()));
            }
        } catch (IOException e) {
            // a deleted file where the kernel does not let us at it, or no file at all
        }
    }
}
