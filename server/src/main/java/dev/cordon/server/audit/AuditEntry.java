package dev.cordon.server.audit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One line of the log, and the rule by which it is hashed: SHA-256 over the previous hash and every field, each with its
 * length in front, so that no text can be moved from one field into the next without changing the hash.
 *
 * @param at microseconds since the epoch
 * @param detail JSON object with sorted keys, hashed as the text it is stored as
 */
record AuditEntry(String tenantId, long number, long at, String actor, String event, String subject, String detail) {

    private static final byte[] PREFIX = "cordon audit v1\0".getBytes(StandardCharsets.US_ASCII);

    byte[] hash(byte[] previous) {
        var bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(PREFIX);
        add(bytes, previous);
        add(bytes, tenantId);
        bytes.writeBytes(ByteBuffer.allocate(16).putLong(number).putLong(at).array());
        add(bytes, actor);
        add(bytes, event);
        add(bytes, subject);
        add(bytes, detail);
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    private static void add(ByteArrayOutputStream bytes, String text) {
        add(bytes, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(ByteArrayOutputStream bytes, byte[] value) {
        bytes.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
        bytes.writeBytes(value);
    }
}
