package dev.cordon.agent.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.journal.wire.Record;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The journal's file format: eight bytes that name it, then records of {@code length (4, big-endian), CRC-32C over
 * length and payload (4), payload}. Stateless.
 *
 * <p>Every record is on disk before the next is written, so after a crash only the last one can be incomplete: a torn
 * tail, which is cut off. A bad record with a good one behind it is damage, and no journal is read past damage.
 */
final class Records {

    static final byte[] MAGIC = "CORDONJ1".getBytes(StandardCharsets.US_ASCII);
    static final int MAX_PAYLOAD = 8 * 1024 * 1024;
    private static final int HEADER = 8;

    private Records() {}

    /**
     * What a file holds.
     *
     * @param good how many bytes of it are good; what follows is a torn tail
     */
    record Content(List<Record> records, int good) {}

    static ByteBuffer encode(Record record) {
        var payload = record.toByteArray();
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("a journal record of " + payload.length + " bytes is over the limit");
        }
        return ByteBuffer.allocate(HEADER + payload.length)
                .putInt(payload.length)
                .putInt(checksum(payload.length, payload, 0))
                .put(payload)
                .flip();
    }

    static Content decode(byte[] file) throws JournalException {
        if (file.length < MAGIC.length) {
            return new Content(List.of(), 0);
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (file[i] != MAGIC[i]) {
                throw new JournalException("this is not a journal of this version", null);
            }
        }
        var records = new ArrayList<Record>();
        int at = MAGIC.length;
        int length;
        while ((length = goodPayload(file, at)) >= 0) {
            try {
                records.add(Record.parser().parseFrom(file, at + HEADER, length));
            } catch (InvalidProtocolBufferException e) {
                throw new JournalException("the record at byte " + at + " was not written by this version", e);
            }
            at += HEADER + length;
        }
        for (int later = at + 1; later < file.length; later++) {
            if (goodPayload(file, later) > 0) {
                throw new JournalException(
                        "it is damaged at byte " + at + ", in front of good records at byte " + later, null);
            }
        }
        return new Content(records, at);
    }

    /** Length of the payload of the good record at this place, or −1. */
    private static int goodPayload(byte[] file, int at) {
        if (file.length - at < HEADER) {
            return -1;
        }
        var header = ByteBuffer.wrap(file, at, HEADER);
        int length = header.getInt();
        int sum = header.getInt();
        boolean fits = length > 0 && length <= MAX_PAYLOAD && length <= file.length - at - HEADER;
        return fits && sum == checksum(length, file, at + HEADER) ? length : -1;
    }

    private static int checksum(int length, byte[] bytes, int from) {
        var sum = new CRC32C();
        sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
        sum.update(bytes, from, length);
        return (int) sum.getValue();
    }
}
