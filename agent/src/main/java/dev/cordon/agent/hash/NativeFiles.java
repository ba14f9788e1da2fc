package dev.cordon.agent.hash;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** open(2), pread(2), close(2): reads by descriptor, never waits for the other end of a FIFO, never maps a file. */
final class NativeFiles {

    private static final int O_RDONLY_NONBLOCK_CLOEXEC = 0x80800;
    private static final int ENOENT = 2;
    private static final int EINTR = 4;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_VALUE =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    private static final MethodHandle PREAD = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("pread"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG),
            ERRNO);
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private NativeFiles() {}

    /** Room for the error number of one call at a time. */
    static MemorySegment errorRoom(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    static int open(Path file, MemorySegment errno) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = bytes(file);
            MemorySegment text = arena.allocate(name.length + 1L);
            MemorySegment.copy(name, 0, text, java.lang.foreign.ValueLayout.JAVA_BYTE, 0, name.length);
            while (true) {
                int descriptor = (int) OPEN.invokeExact(errno, text, O_RDONLY_NONBLOCK_CLOEXEC);
                if (descriptor >= 0) {
                    return descriptor;
                }
                int error = (int) ERRNO_VALUE.get(errno, 0L);
                if (error == ENOENT) {
                    throw new NoSuchFileException(file.toString());
                }
                if (error != EINTR) {
                    throw new IOException("cannot open " + file + " (errno " + error + ")");
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling open failed", e);
        }
    }

    /** How many bytes were read; 0 at the end. */
    static long read(int descriptor, MemorySegment buffer, long offset, MemorySegment errno) throws IOException {
        try {
            while (true) {
                long read = (long) PREAD.invokeExact(errno, descriptor, buffer, buffer.byteSize(), offset);
                if (read >= 0) {
                    return read;
                }
                int error = (int) ERRNO_VALUE.get(errno, 0L);
                if (error != EINTR) {
                    throw new IOException("reading failed at offset " + offset + " (errno " + error + ")");
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("calling pread failed", e);
        }
    }

    static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("calling close failed", e);
        }
    }

    /**
     * The name as the kernel has it. A path's text loses what is not in the platform's encoding; its URI keeps every
     * byte, percent-encoded.
     */
    static byte[] bytes(Path file) {
        String encoded = file.toAbsolutePath().toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
