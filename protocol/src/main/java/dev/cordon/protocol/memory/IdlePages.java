package dev.cordon.protocol.memory;

import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gives pages back that a program touched and hardly needs again while it rests: of the virtual machine's own code, and
 * of the start-up cache. Only pages that no write ever changed (proc(5), smaps); they are the files' own, stay in the
 * kernel's cache as long as there is room, and come back when they are touched. The kernel then maps the fifteen
 * around each as well, which is why a program that does next to nothing soon has half of them again, and why it is done
 * every few seconds. Nothing happens where there is no Linux. Thread-safe.
 */
public final class IdlePages {

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Path MAPPINGS_SHORT = Path.of("/proc/self/maps");

    /** The start is over by then. */
    private static final Duration FIRST = Duration.ofSeconds(15);

    private static final Duration EVERY = Duration.ofSeconds(5);

    /** {@code MADV_DONTNEED} of madvise(2). */
    private static final int DO_NOT_NEED = 4;

    private static final long WORTH_BYTES = 64 << 10;

    private IdlePages() {}

    /** Does so for as long as the program runs. */
    public static void keepReturning() {
        if (Files.isReadable(MAPPINGS)) {
            Thread.ofVirtual().name("idle-pages").start(() -> {
                try {
                    Thread.sleep(FIRST);
                    var advise = CLibrary.STANDARD.function("madvise", 3);
                    var found = unchanged();
                    while (giveBack(found, advise) > 0) {
                        Thread.sleep(EVERY);
                        found = stillThere(found);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (IOException | UncheckedIOException e) {
                    // what cannot be read cannot be given back: the program only stays as large as it is
                }
            });
        }
    }

    /** @return how many mappings were given back */
    static int giveBack(List<Mapping> mappings, CFunction advise) {
        int given = 0;
        for (var mapping : mappings) {
            long bytes = mapping.to() - mapping.from();
            if ((int) advise.call(CLibrary.UNREAD, mapping.from(), bytes, DO_NOT_NEED) == 0) {
                given++;
            }
        }
        return given;
    }

    static List<Mapping> unchanged() throws IOException {
        try (var lines = Files.lines(MAPPINGS)) {
            return unchanged(lines.toList());
        }
    }

    /** Those that are still mapped as they were: the same file, and nobody may write. Far cheaper than to look anew. */
    static List<Mapping> stillThere(List<Mapping> mappings) throws IOException {
        try (var lines = Files.lines(MAPPINGS_SHORT)) {
            var heads = lines.collect(Collectors.toSet());
            return mappings.stream()
                    .filter(mapping -> heads.contains(mapping.head()))
                    .toList();
        }
    }

    /**
     * A range of addresses.
     *
     * @param head what the kernel says of it (proc(5), maps)
     */
    record Mapping(String head, long from, long to) {}

    /** The mappings of files that nobody may write to, hold no page of their own, and are worth the call. */
    static List<Mapping> unchanged(List<String> smaps) {
        var found = new ArrayList<Mapping>();
        String head = "";
        long resident = 0;
        long own = 0;
        for (var line : smaps) {
            if (line.startsWith("Rss:")) {
                resident = bytes(line);
            } else if (line.startsWith("Private_Dirty:") || line.startsWith("Anonymous:") || line.startsWith("Swap:")) {
                own += bytes(line);
            } else if (line.startsWith("VmFlags:")) {
                if (own == 0 && resident >= WORTH_BYTES && isReadOnlyFile(head)) {
                    int dash = head.indexOf('-');
                    int end = head.indexOf(' ');
                    found.add(new Mapping(
                            head,
                            Long.parseUnsignedLong(head, 0, dash, 16),
                            Long.parseUnsignedLong(head, dash + 1, end, 16)));
                }
                resident = 0;
                own = 0;
            } else if (line.indexOf('-') > 0
                    && !line.substring(0, line.indexOf('-')).contains(":")) {
                head = line;
            }
        }
        return found;
    }

    private static boolean isReadOnlyFile(String head) {
        int rights = head.indexOf(' ') + 1;
        return head.startsWith("r-", rights) && head.indexOf('/', rights) > 0;
    }

    private static long bytes(String line) {
        var number =
                line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip();
        return Long.parseLong(number) << 10;
    }
}
