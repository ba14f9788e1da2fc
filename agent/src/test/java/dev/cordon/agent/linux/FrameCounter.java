package dev.cordon.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what one machine sends, seen from outside: every frame on the bridge's port to it that has its hardware
 * address as source, or the one that its raw frames carry.
 */
final class FrameCounter {

    private static final int ETH_P_ALL = 3;

    private final int socket;
    private final byte[] machine;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Thread thread;
    private volatile boolean finished;

    private FrameCounter(int socket, String hardwareAddress) {
        this.socket = socket;
        this.machine = HexFormat.of().parseHex(hardwareAddress);
        this.thread = Thread.ofPlatform().daemon().start(this::run);
    }

    /** @param hardwareAddress the hardware address of the machine, as 12 hex digits */
    static FrameCounter start(String device, String hardwareAddress) throws IOException {
        int socket = LibC.socket(LibC.AF_PACKET, LibC.SOCK_RAW, 0);
        LibC.bind(socket, SocketAddress.frame(LibC.interfaceIndex(device), ETH_P_ALL, new byte[6]));
        return new FrameCounter(socket, hardwareAddress);
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(2048);
            while (!finished) {
                if (LibC.awaitReadable(50, socket)) {
                    int length = LibC.receive(socket, buffer);
                    if (length >= 14) {
                        count(buffer.asSlice(0, Math.min(length, 2048)).toArray(JAVA_BYTE));
                    }
                }
            }
        } catch (IOException e) {
            counts.merge("error " + e.getMessage(), 1, Integer::sum);
        } finally {
            LibC.close(socket);
        }
    }

    private void count(byte[] frame) {
        byte[] source = Arrays.copyOfRange(frame, 6, 12);
        if (!Arrays.equals(source, machine) && !Arrays.equals(source, Peer.RAW_SOURCE)) {
            return;
        }
        counts.merge(kind(frame), 1, Integer::sum);
    }

    private static String kind(byte[] frame) {
        int type = (frame[12] & 0xff) << 8 | (frame[13] & 0xff);
        if (type == 0x0806) {
            return "link";
        }
        if (type == 0x0800 && frame.length >= 38) {
            int protocol = frame[23];
            int port = (frame[36] & 0xff) << 8 | (frame[37] & 0xff);
            return protocol == 6 && port == Peer.CONTROL_PORT ? "control" : "ipv4-" + protocol + "-" + port;
        }
        if (type == 0x86dd && frame.length >= 58) {
            int protocol = frame[20] & 0xff;
            int port = (frame[56] & 0xff) << 8 | (frame[57] & 0xff);
            if (protocol == 6 && port == Peer.CONTROL_PORT) {
                return "control";
            }
            int icmp = frame[54] & 0xff;
            boolean neighbour = protocol == 58 && icmp >= 133 && icmp <= 136;
            boolean report = protocol == 0 && frame.length >= 63 && (frame[62] & 0xff) == 143;
            return neighbour || report ? "link" : "ipv6-" + protocol + "-" + port;
        }
        return "frame-" + Integer.toHexString(type);
    }

    String finish() {
        finished = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return counts.toString();
    }
}
