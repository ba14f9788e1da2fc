package dev.cordon.agent.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** Which privileges this process has (capabilities(7)). */
final class Capabilities {

    static final int NET_ADMIN = 12;
    static final int NET_RAW = 13;

    private static final String EFFECTIVE = "CapEff:";

    private Capabilities() {}

    static boolean has(int capability) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(EFFECTIVE))
                    .map(line -> line.substring(EFFECTIVE.length()).strip())
                    .anyMatch(mask -> (HexFormat.fromHexDigitsToLong(mask) & 1L << capability) != 0);
        } catch (IOException e) {
            return false;
        }
    }
}
