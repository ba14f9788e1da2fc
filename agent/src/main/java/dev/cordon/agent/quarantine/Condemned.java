package dev.cordon.agent.quarantine;

import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.finder.Running;
import dev.cordon.agent.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The processes that an order ends, noted in its folder before they are: an agent that dies in between would otherwise not
 * know that it was the one who ended them. For one thread.
 */
final class Condemned {

    private final Path file;
    private final Log log;

    /** @param folder of the order */
    Condemned(Path folder, Log log) {
        this.file = folder.resolve("condemned");
        this.log = log;
    }

    void note(Running running) {
        try {
            Files.writeString(
                    file,
                    running.pid() + " " + running.path() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            log.warn(e, "condemned-not-noted", "pid", running.pid());
        }
    }

    /** Of the runs of this order before the agent was restarted: the file that each process ran, by process number. */
    Map<Integer, RawPath> earlier() {
        Map<Integer, RawPath> earlier = new TreeMap<>();
        try {
            for (var line : Files.readAllLines(file)) {
                int blank = line.indexOf(' ');
                earlier.put(Integer.valueOf(line.substring(0, blank)), RawPath.parse(line.substring(blank + 1)));
            }
        } catch (NoSuchFileException e) {
            // it had ended none
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            log.warn(e, "condemned-not-read");
        }
        return earlier;
    }
}
