package dev.cordon.agent.scan;

import java.nio.file.Path;
import java.util.List;

/**
 * Where a scan finds what it needs.
 *
 * @param root the top of the files that are scanned
 * @param mountTable this process's {@code mountinfo}
 * @param state the agent's state directory, which no scan enters
 * @param engines where ClamAV's daemon may be installed, the first that is there is used
 * @param official ClamAV's own signatures, as freshclam keeps them
 */
public record ScanPlaces(Path root, Path mountTable, Path state, List<Path> engines, Path official) {

    public ScanPlaces {
        engines = List.copyOf(engines);
    }

    /** Of the machine the agent runs on. */
    public static ScanPlaces ofMachine(Path state) {
        return new ScanPlaces(
                Path.of("/"),
                Path.of("/proc/self/mountinfo"),
                state,
                List.of(
                        Path.of("/usr/sbin/clamd"),
                        Path.of("/usr/bin/clamd"),
                        Path.of("/usr/local/sbin/clamd"),
                        Path.of("/opt/clamav/sbin/clamd")),
                Path.of("/var/lib/clamav"));
    }

    /** The same machine with another top: for a part of it. */
    public ScanPlaces withRoot(Path other) {
        return new ScanPlaces(other, mountTable, state, engines, official);
    }

    /** The site's own signature files. */
    Path signatures() {
        return state.resolve("signatures");
    }

    /** Where the private engine runs. */
    Path engine() {
        return state.resolve("scan");
    }
}
