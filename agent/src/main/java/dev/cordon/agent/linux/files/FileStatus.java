package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static dev.cordon.protocol.foreign.CLibrary.text;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.Stat;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a file is, by statx(2). Stateless. */
final class FileStatus {

    private static final int STATX_BASIC = 0x7ff;
    private static final int STATX_BTIME = 0x800;
    private static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
    private static final int STATX_BYTES = 256;
    private static final Stat.Instant64 UNKNOWN_TIME = new Stat.Instant64(0, 0);

    private static final CFunction STATX = CLibrary.STANDARD.function("statx", 5);

    private FileStatus() {}

    /** @param name below the folder; empty for the folder itself, where the flags say so */
    static Stat of(int folder, byte[] name, int flags) throws FileCallException {
        try (Arena room = Arena.ofConfined()) {
            MemorySegment answer = room.allocate(STATX_BYTES, 8);
            checked("stat", (errno, arena) -> (int)
                    STATX.call(errno, folder, text(arena, name), flags, STATX_BASIC | STATX_BTIME, answer.address()));
            boolean born = (answer.get(JAVA_INT, 0) & STATX_BTIME) != 0;
            return new Stat(
                    (long) answer.get(JAVA_INT, 136) << 32 | Integer.toUnsignedLong(answer.get(JAVA_INT, 140)),
                    answer.get(JAVA_LONG, 32),
                    answer.get(JAVA_SHORT, 28) & 0xffff,
                    answer.get(JAVA_INT, 16),
                    answer.get(JAVA_INT, 20),
                    answer.get(JAVA_INT, 24),
                    answer.get(JAVA_LONG, 40),
                    instant(answer, 64),
                    instant(answer, 112),
                    instant(answer, 96),
                    born ? instant(answer, 80) : UNKNOWN_TIME,
                    (answer.get(JAVA_LONG, 8) & STATX_ATTR_MOUNT_ROOT) != 0);
        }
    }

    private static Stat.Instant64 instant(MemorySegment answer, long at) {
        return new Stat.Instant64(answer.get(JAVA_LONG, at), answer.get(JAVA_INT, at + 8));
    }
}
