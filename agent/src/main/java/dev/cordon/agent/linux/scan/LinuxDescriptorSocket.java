package dev.cordon.agent.linux.scan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.cordon.agent.scan.ScanSystem.DescriptorSocket;
import dev.cordon.agent.scan.ScanSystem.OpenFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@inheritDoc} Structures as in sendmsg(2) and cmsg(3) on 64-bit Linux. */
final class LinuxDescriptorSocket implements DescriptorSocket {

    private static final int AF_UNIX = 1;
    private static final int STREAM_CLOEXEC = 0x80001;
    private static final int LONGEST_NAME = 107;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final short POLLIN = 1;
    private static final int BUFFER = 4096;

    private static final int HEADER_BYTES = 56;
    private static final int VECTOR_AT = 16;
    private static final int CONTROL_AT = 32;
    private static final int RIGHTS_BYTES = 24;
    private static final int RIGHTS_LENGTH = 20;

    private final int socket;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment data = arena.allocate(BUFFER);
    private final MemorySegment header = arena.allocate(HEADER_BYTES, 8);
    private final MemorySegment vector = arena.allocate(16, 8);
    private final MemorySegment rights = arena.allocate(RIGHTS_BYTES, 8);
    private final MemorySegment polled = arena.allocate(8, 4);
    private boolean closed;

    private LinuxDescriptorSocket(int socket) {
        this.socket = socket;
        vector.set(ADDRESS, 0, data);
        header.set(ADDRESS, VECTOR_AT, vector);
        header.set(JAVA_LONG, VECTOR_AT + 8, 1);
        rights.set(JAVA_LONG, 0, RIGHTS_LENGTH);
        rights.set(JAVA_INT, 8, SOL_SOCKET);
        rights.set(JAVA_INT, 12, SCM_RIGHTS);
        polled.set(JAVA_INT, 0, socket);
        polled.set(JAVA_SHORT, 4, POLLIN);
    }

    static LinuxDescriptorSocket connect(byte[] name) throws IOException {
        if (name.length > LONGEST_NAME) {
            throw new IOException("a socket's path has at most " + LONGEST_NAME + " bytes");
        }
        int socket = Calls.checked("making a socket", Calls.socket(AF_UNIX, STREAM_CLOEXEC));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(2L + LONGEST_NAME + 1, 2);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
            Calls.checked("connecting", Calls.connect(socket, address, (int) address.byteSize()));
            return new LinuxDescriptorSocket(socket);
        } catch (IOException e) {
            Calls.close(socket);
            throw e;
        }
    }

    @Override
    public void send(byte[] bytes) throws IOException {
        if (bytes.length > BUFFER) {
            throw new IllegalArgumentException("at most " + BUFFER + " bytes at once");
        }
        MemorySegment.copy(bytes, 0, data, JAVA_BYTE, 0, bytes.length);
        send(bytes.length, MemorySegment.NULL, 0);
    }

    @Override
    public void send(OpenFile file) throws IOException {
        data.set(JAVA_BYTE, 0, (byte) 0);
        rights.set(JAVA_INT, 16, file.descriptor());
        send(1, rights, RIGHTS_BYTES);
    }

    private void send(int length, MemorySegment control, long controlLength) throws IOException {
        vector.set(JAVA_LONG, 8, length);
        header.set(ADDRESS, CONTROL_AT, control);
        header.set(JAVA_LONG, CONTROL_AT + 8, controlLength);
        int sent = Calls.checked("sending", Calls.sendMessage(socket, header, MSG_NOSIGNAL));
        if (sent != length) {
            throw new IOException("only " + sent + " of " + length + " bytes were sent");
        }
    }

    @Override
    public int receive(byte[] buffer, int milliseconds) throws IOException {
        if (Calls.checked("waiting for an answer", Calls.poll(polled, milliseconds)) == 0) {
            return 0;
        }
        int most = Math.min(buffer.length, BUFFER);
        int received = Calls.checked("receiving", Calls.receive(socket, data.asSlice(0, most), MSG_DONTWAIT));
        MemorySegment.copy(data, JAVA_BYTE, 0, buffer, 0, received);
        return received == 0 ? -1 : received;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Calls.close(socket);
            arena.close();
        }
    }
}
