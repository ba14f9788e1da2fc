package dev.cordon.protocol.memory;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives pages back that a program touched as it started and hardly needs again: of the virtual machine's own code, and
 * of the start-up cache, which the virtual machine reads as a whole. Only pages that no write ever changed (proc(5),
 * smaps); they are the files' own, stay in the kernel's cache as long as there is room, and come back when they are
 * touched. Nothing happens where there is no Linux. Thread-safe.
 */
public final class IdlePages {

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");

    /** The start is over by then. */
    private static final Duration FIRST = Duration.ofSeconds(20);

    /** The first time, this class itself is new and touches much that it does not need the second time. */
    private static final Duration SECOND = Duration.ofSeconds(5);

    private static final Duration EVERY = Duration.ofMinutes(1);

    /** {@code MADV_DONTNEED} of madvise(2). */
    private static final int DO_NOT_NEED = 4;

    private static final long WORTH_BYTES = 64 << 10;

    private IdlePages() {}

    /** Does so for as long as the program runs, now and then. */
    public static void keepReturning() {
        if (Files.isReadable(MAPPINGS)) {
            Thread.ofVirtual().name("idle-pages").start(() -> {
                try {
                    Thread.sleep(FIRST);
                    var next = SECOND;
                    while (giveBack() >= 0) {
                        Thread.sleep(next);
                        next = EVERY;
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** @return bytes that were resident in what was given back; less than zero if this system cannot do it */
    @SuppressWarnings("IllegalCatch") // method handles declare Throwable
    static long giveBack() {
        try (var lines = Files.lines(MAPPINGS)) {
            var advise = advise();
            long bytes = 0;
            for (var mapping : unchanged(lines.toList())) {
                if ((int) advise.invokeExact(mapping.from(), mapping.to() - mapping.from(), DO_NOT_NEED) == 0) {
                    bytes += mapping.resident();
                }
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            return -1;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise cannot be called", e);
        }
    }

    private static MethodHandle advise() {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    }

    /** A range of addresses and the bytes of it that are resident. */
    record Mapping(long from, long to, long resident) {}

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
                            Long.parseUnsignedLong(head, 0, dash, 16),
                            Long.parseUnsignedLong(head, dash + 1, end, 16),
                            resident));
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
