package dev.cordon.agent.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The network devices of this process's network namespace, but loopback.
 *
 * @param hookable those whose names nftables can express
 * @param strange those whose names it cannot; the kernel allows almost any character
 */
record Devices(List<String> hookable, List<String> strange) {

    private static final Path LIST = Path.of("/proc/net/dev");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:@+=,-]{1,15}");
    private static final int HEADER_LINES = 2;

    static Devices present() throws IOException {
        List<String> hookable = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        List<String> lines = Files.readAllLines(LIST, StandardCharsets.ISO_8859_1);
        for (String line : lines.subList(Math.min(HEADER_LINES, lines.size()), lines.size())) {
            int colon = line.lastIndexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip();
            if (name.isEmpty() || name.equals("lo")) {
                continue;
            }
            (NAME.matcher(name).matches() ? hookable : strange).add(name);
        }
        hookable.sort(null);
        return new Devices(List.copyOf(hookable), List.copyOf(strange));
    }
}
