package dev.cordon.agent.channel;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * One frame of the WebSocket protocol (RFC 6455, section 5.2), as a client sends and receives it: what it sends is
 * masked, what it receives must not be. Not changed after it was made.
 */
final class Frame {

    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int MAX_CONTROL = 125;

    private final boolean last;
    private final int opcode;
    private final byte[] payload;

    Frame(boolean last, int opcode, byte[] payload) {
        this.last = last;
        this.opcode = opcode;
        this.payload = payload;
    }

    /** Whether no continuation follows. */
    boolean last() {
        return last;
    }

    int opcode() {
        return opcode;
    }

    /** The bytes themselves, not a copy. */
    byte[] payload() {
        return payload;
    }

    /** The frame as a client sends it. */
    byte[] masked(int key) {
        var out = ByteBuffer.allocate(14 + payload.length).put((byte) ((last ? FINAL : 0) | opcode));
        if (payload.length <= MAX_CONTROL) {
            out.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xFFFF) {
            out.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        out.putInt(key);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ (key >>> (8 * (3 - i % 4)))));
        }
        var bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    /**
     * Reads a frame a server sent.
     *
     * @param most largest payload that is taken
     * @throws ChannelException if it breaks the protocol or is too large
     * @throws EOFException if the stream ends before the frame does
     */
    static Frame read(InputStream in, int most) throws IOException {
        int head = octet(in);
        int opcode = head & OPCODE;
        boolean last = (head & FINAL) != 0;
        if ((head & RESERVED) != 0 || opcode > PONG || (opcode > BINARY && opcode < CLOSE)) {
            throw new ChannelException("the gateway sent a frame of an unknown kind");
        }
        int second = octet(in);
        if ((second & MASKED) != 0) {
            throw new ChannelException("the gateway sent a masked frame");
        }
        long length = second;
        if (length == 126) {
            length = ((long) octet(in) << 8) | octet(in);
        } else if (length == 127) {
            length = ByteBuffer.wrap(exactly(in, Long.BYTES)).getLong();
        }
        if (opcode >= CLOSE && (length > MAX_CONTROL || !last)) {
            throw new ChannelException("the gateway sent a control frame that is too long or in pieces");
        }
        if (length < 0 || length > most) {
            throw new ChannelException("the gateway sent a frame of more than " + most + " bytes");
        }
        return new Frame(last, opcode, exactly(in, (int) length));
    }

    private static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("the gateway ended the connection");
        }
        return octet;
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        var bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the gateway ended the connection inside a frame");
        }
        return bytes;
    }
}
