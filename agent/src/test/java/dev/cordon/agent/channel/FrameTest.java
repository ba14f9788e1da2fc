package dev.cordon.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {

    private static final int MOST = 100_000;

    private static Frame read(byte... bytes) throws IOException {
        return Frame.read(new ByteArrayInputStream(bytes), MOST);
    }

    /** What a server would see: the same frame without the mask. */
    private static byte[] unmasked(byte[] frame) {
        int length = frame[1] & 0x7F;
        int head = length == 126 ? 4 : length == 127 ? 10 : 2;
        var bytes = new byte[frame.length - 4];
        System.arraycopy(frame, 0, bytes, 0, head);
        bytes[1] = (byte) length;
        for (int i = 0; i < frame.length - head - 4; i++) {
            bytes[head + i] = (byte) (frame[head + 4 + i] ^ frame[head + i % 4]);
        }
        return bytes;
    }

    @Test
    void whenSentMaskedThenTheServerReadsTheSame() throws IOException {
        var random = new Random(1);
        for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, MOST}) {
            var payload = new byte[length];
            random.nextBytes(payload);
            var sent = new Frame(true, Frame.BINARY, payload).masked(random.nextInt());
            assertThat(sent[1] & 0x80).isEqualTo(0x80);
            assertThat(read(unmasked(sent)).payload()).isEqualTo(payload);
        }
    }

    @Test
    void whenAFrameBreaksTheProtocolThenItIsRefused() {
        assertThatThrownBy(() -> read((byte) 0x82, (byte) 0x80, (byte) 0, (byte) 0, (byte) 0, (byte) 0))
                .hasMessageContaining("masked");
        assertThatThrownBy(() -> read((byte) 0xC2, (byte) 0)).hasMessageContaining("unknown kind");
        assertThatThrownBy(() -> read((byte) 0x83, (byte) 0)).hasMessageContaining("unknown kind");
        assertThatThrownBy(() -> read((byte) 0x09, (byte) 0)).hasMessageContaining("control frame");
        assertThatThrownBy(() -> read((byte) 0x89, (byte) 126, (byte) 0, (byte) 126))
                .hasMessageContaining("control frame");
        assertThatThrownBy(() -> read(
                        (byte) 0x82,
                        (byte) 127,
                        (byte) -1,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0))
                .hasMessageContaining("more than");
    }

    @Test
    void whenItEndsTooEarlyThenThatIsTheEnd() {
        var whole = unmasked(new Frame(true, Frame.BINARY, new byte[300]).masked(7));
        for (int length = 0; length < whole.length; length++) {
            var part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(part)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void whenBytesAreRandomThenOnlyTheKnownErrorsCome() {
        var random = new Random(42);
        for (int i = 0; i < 50_000; i++) {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            try {
                assertThat(read(bytes).payload().length).isLessThanOrEqualTo(MOST);
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(EOFException.class, ChannelException.class);
            }
        }
    }
}
