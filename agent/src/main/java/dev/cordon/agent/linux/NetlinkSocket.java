package dev.cordon.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A netlink socket (netlink(7)). For use by one thread; {@link #close} frees the descriptor and the buffer. */
final class NetlinkSocket implements AutoCloseable {

    static final int ROUTE = 0;
    static final int SOCK_DIAG = 4;
    static final int NETFILTER = 12;

    static final int HEADER_BYTES = 16;
    static final int TYPE_ERROR = 2;
    static final int TYPE_DONE = 3;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] KERNEL = SocketAddress.netlink(0);

    private final int descriptor;
    private final Arena arena;
    private final MemorySegment buffer;

    private NetlinkSocket(int descriptor, Arena arena) {
        this.descriptor = descriptor;
        this.arena = arena;
        this.buffer = arena.allocate(BUFFER_BYTES, 8);
    }

    /** @param groups bit mask of multicast groups to join; 0 for none */
    static NetlinkSocket open(int protocol, int groups) throws IOException {
        int descriptor = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW, protocol);
        try {
            LibC.bind(descriptor, SocketAddress.netlink(groups));
        } catch (IOException e) {
            LibC.close(descriptor);
            throw e;
        }
        return new NetlinkSocket(descriptor, Arena.ofShared());
    }

    int descriptor() {
        return descriptor;
    }

    void send(ByteBuffer message) throws IOException {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        int sent = LibC.sendTo(descriptor, bytes, KERNEL);
        if (sent < 0) {
            throw new IOException("netlink: " + LibC.error(-sent));
        }
    }

    /** The next datagram, in native byte order. */
    ByteBuffer receive(int milliseconds) throws IOException {
        if (!LibC.awaitReadable(milliseconds, descriptor)) {
            throw new IOException("the kernel did not answer within " + milliseconds + " ms");
        }
        int received = LibC.receive(descriptor, buffer);
        if (received < 0) {
            throw new IOException("netlink: " + LibC.error(-received));
        }
        byte[] bytes = buffer.asSlice(0, received).toArray(JAVA_BYTE);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /** Throws away what is waiting; a queue that overflowed counts as something. */
    boolean drain() {
        boolean any = false;
        while (true) {
            int received = LibC.receive(descriptor, buffer);
            if (received >= 0 || received == -LibC.ENOBUFS) {
                any = true;
            } else {
                return any;
            }
        }
    }

    @Override
    public void close() {
        LibC.close(descriptor);
        arena.close();
    }
}
