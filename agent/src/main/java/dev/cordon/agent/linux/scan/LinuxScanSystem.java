package dev.cordon.agent.linux.scan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.scan.ScanSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * {@inheritDoc}
 *
 * <p>open(2), statx(2), unix(7), setpriority(2) (which on Linux is about one thread), ioprio_set(2). Stateless.
 */
public final class LinuxScanSystem implements ScanSystem {

    // O_RDONLY; the rest of the numbers differs for O_NOFOLLOW only, which arm has elsewhere
    private static final int NONBLOCK = 0x800;
    private static final int NOCTTY = 0x100;
    private static final int CLOEXEC = 0x80000;
    private static final int NOATIME = 0x40000;
    private static final int NOFOLLOW = System.getProperty("os.arch", "").equals("aarch64") ? 0x8000 : 0x20000;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_TYPE_AND_SIZE = 0x201;
    private static final int STATX_BYTES = 256;
    private static final int STATX_MODE_AT = 28;
    private static final int STATX_SIZE_AT = 40;
    private static final int TYPE = 0xF000;
    private static final int REGULAR = 0x8000;

    private static final int NICE = 15;
    private static final int PRIO_PROCESS = 0;
    private static final long IOPRIO_SET = System.getProperty("os.arch", "").equals("aarch64") ? 30 : 251;
    private static final long IOPRIO_WHO_PROCESS = 1;
    private static final long LOWEST_BEST_EFFORT = (2 << 13) | 7;

    @Override
    public OpenFile open(Path file, boolean follow) throws IOException {
        int flags = NONBLOCK | NOCTTY | CLOEXEC | (follow ? 0 : NOFOLLOW);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = name(file, arena);
            int descriptor = Calls.open(name, flags | NOATIME);
            if (descriptor == -Calls.EPERM) {
                descriptor = Calls.open(name, flags);
            }
            if (descriptor == -Calls.ENOENT) {
                throw new NoSuchFileException(file.toString());
            }
            Calls.checked("opening it", descriptor);
            try {
                return regular(descriptor, arena);
            } catch (IOException e) {
                Calls.close(descriptor);
                throw e;
            }
        }
    }

    private static OpenFile regular(int descriptor, Arena arena) throws IOException {
        MemorySegment status = arena.allocate(STATX_BYTES, 8);
        MemorySegment empty = arena.allocate(1);
        Calls.checked("looking at it", Calls.statx(descriptor, empty, AT_EMPTY_PATH, STATX_TYPE_AND_SIZE, status));
        if ((status.get(JAVA_SHORT, STATX_MODE_AT) & TYPE) != REGULAR) {
            throw new IOException("no regular file any more");
        }
        return new Descriptor(descriptor, status.get(JAVA_LONG, STATX_SIZE_AT));
    }

    private record Descriptor(int descriptor, long size) implements OpenFile {

        @Override
        public void close() {
            Calls.close(descriptor);
        }
    }

    @Override
    public DescriptorSocket connect(Path socket) throws IOException {
        return LinuxDescriptorSocket.connect(nameBytes(socket));
    }

    @Override
    public void stepBack() {
        Calls.setPriority(PRIO_PROCESS, 0, NICE);
        Calls.systemCall(IOPRIO_SET, IOPRIO_WHO_PROCESS, 0, LOWEST_BEST_EFFORT);
    }

    private static MemorySegment name(Path file, Arena arena) {
        byte[] bytes = nameBytes(file);
        MemorySegment name = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, name, JAVA_BYTE, 0, bytes.length);
        return name;
    }

    /** Every byte of the name, which a path's text may have lost and its URI has not. */
    private static byte[] nameBytes(Path file) {
        String encoded = file.toAbsolutePath().toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(encoded.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
