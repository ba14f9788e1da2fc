package dev.cordon.agent.linux.files;

import static dev.cordon.agent.linux.files.Calls.checked;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.FileCalls.Entry;
import dev.cordon.protocol.foreign.CFunction;
import dev.cordon.protocol.foreign.CLibrary;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What is in a folder, piece by piece, as getdents64(2) lays it out. Stateless; the folder's descriptor has the place. */
final class DirectoryEntries {

    private static final CFunction GETDENTS64 = CLibrary.STANDARD.function("getdents64", 3);

    private DirectoryEntries() {}

    /** The next entries without {@code .} and {@code ..}; none at the end. */
    static List<Entry> next(int folder, ByteBuffer scratch) throws FileCallException {
        MemorySegment buffer = MemorySegment.ofBuffer(scratch.clear());
        while (true) {
            long length = checked(
                    "getdents",
                    (errno, arena) -> GETDENTS64.call(errno, folder, CLibrary.address(buffer), buffer.byteSize()));
            List<Entry> entries = new ArrayList<>();
            for (long at = 0; at < length; ) {
                int record = buffer.get(JAVA_SHORT_UNALIGNED, at + 16) & 0xffff;
                byte[] name = name(buffer, at + 19, at + record);
                if (!(name.length <= 2 && name[0] == '.' && (name.length == 1 || name[1] == '.'))) {
                    entries.add(new Entry(name, type(buffer.get(JAVA_BYTE, at + 18))));
                }
                at += record;
            }
            if (length == 0 || !entries.isEmpty()) {
                return entries;
            }
        }
    }

    private static byte[] name(MemorySegment buffer, long from, long limit) {
        long end = from;
        while (end < limit && buffer.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        return buffer.asSlice(from, end - from).toArray(JAVA_BYTE);
    }

    private static FileCalls.Type type(byte type) {
        return switch (type) {
            case 0 -> FileCalls.Type.UNKNOWN;
            case 4 -> FileCalls.Type.FOLDER;
            case 8 -> FileCalls.Type.REGULAR;
            default -> FileCalls.Type.OTHER;
        };
    }
}
