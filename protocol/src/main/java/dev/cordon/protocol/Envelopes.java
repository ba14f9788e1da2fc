package dev.cordon.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.protocol.signature.Signatures;
import dev.cordon.protocol.signature.Signatures.Algorithm;
import dev.cordon.protocol.wire.BlockChanges;
import dev.cordon.protocol.wire.Command;
import dev.cordon.protocol.wire.Report;
import dev.cordon.protocol.wire.SignedBlockChanges;
import dev.cordon.protocol.wire.SignedCommand;
import dev.cordon.protocol.wire.SignedReport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Seals and opens the signed messages of the protocol.
 *
 * <p>A signature covers a fixed prefix that names the kind of message and then the exact payload bytes, so that a
 * signed report can never pass for a command, and no re-serialization stands between signing and checking. Commands
 * and changes of the block list are signed with Ed25519 by the tenant's key, reports with ECDSA over P-256 by the machine's own.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class Envelopes {

    /** Largest payload that is opened, in bytes; a command or report is a few hundred. */
    public static final int MAX_PAYLOAD = 256 * 1024;

    private static final byte[] COMMAND_PREFIX = "cordon command v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLOCKS_PREFIX = "cordon blocks v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REPORT_PREFIX = "cordon report v1\0".getBytes(StandardCharsets.US_ASCII);

    private Envelopes() {}

    /** Signs a command with the tenant's Ed25519 key. */
    public static SignedCommand seal(Command command, PrivateKey key, String keyId) {
        var payload = command.toByteArray();
        return SignedCommand.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .setSignature(ByteString.copyFrom(sign(Algorithm.ED25519, key, COMMAND_PREFIX, payload)))
                .setKeyId(keyId)
                .build();
    }

    /** Checks a command's signature against the pinned key and parses it. */
    public static Command open(SignedCommand signed, PublicKey key) throws InvalidEnvelopeException {
        var payload = signed.getPayload().toByteArray();
        check(Algorithm.ED25519, key, COMMAND_PREFIX, payload, signed.getSignature());
        try {
            return Command.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidEnvelopeException("the signed bytes are not a command", e);
        }
    }

    /** Signs changes of the tenant's block list with the tenant's Ed25519 key. */
    public static SignedBlockChanges seal(BlockChanges changes, PrivateKey key, String keyId) {
        var payload = changes.toByteArray();
        return SignedBlockChanges.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .setSignature(ByteString.copyFrom(sign(Algorithm.ED25519, key, BLOCKS_PREFIX, payload)))
                .setKeyId(keyId)
                .build();
    }

    /** Checks the signature of block list changes against the pinned key and parses them. */
    public static BlockChanges open(SignedBlockChanges signed, PublicKey key) throws InvalidEnvelopeException {
        var payload = signed.getPayload().toByteArray();
        check(Algorithm.ED25519, key, BLOCKS_PREFIX, payload, signed.getSignature());
        try {
            return BlockChanges.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidEnvelopeException("the signed bytes are not changes of a block list", e);
        }
    }

    /** Signs a report with the machine's P-256 key. */
    public static SignedReport seal(Report report, PrivateKey key) {
        var payload = report.toByteArray();
        return SignedReport.newBuilder()
                .setPayload(ByteString.copyFrom(payload))
                .setSignature(ByteString.copyFrom(sign(Algorithm.ECDSA_P256, key, REPORT_PREFIX, payload)))
                .build();
    }

    /** Checks a report's signature against the machine's enrolled key and parses it. */
    public static Report open(SignedReport signed, PublicKey key) throws InvalidEnvelopeException {
        var payload = signed.getPayload().toByteArray();
        check(Algorithm.ECDSA_P256, key, REPORT_PREFIX, payload, signed.getSignature());
        try {
            return Report.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidEnvelopeException("the signed bytes are not a report", e);
        }
    }

    /** Names a public key: lower-case hex SHA-256 of its SubjectPublicKeyInfo. */
    public static String keyId(PublicKey key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }

    private static byte[] sign(Algorithm algorithm, PrivateKey key, byte[] prefix, byte[] payload) {
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a payload of " + payload.length + " bytes is over the limit of " + MAX_PAYLOAD);
        }
        return Signatures.best().sign(algorithm, key, message(prefix, payload));
    }

    private static void check(Algorithm algorithm, PublicKey key, byte[] prefix, byte[] payload, ByteString given)
            throws InvalidEnvelopeException {
        if (payload.length > MAX_PAYLOAD) {
            throw new InvalidEnvelopeException("the payload is over the limit of " + MAX_PAYLOAD + " bytes");
        }
        boolean good;
        try {
            good = Signatures.best().verify(algorithm, key, message(prefix, payload), given.toByteArray());
        } catch (IllegalStateException e) {
            throw new InvalidEnvelopeException("the signature cannot be checked", e);
        }
        if (!good) {
            throw new InvalidEnvelopeException("the signature does not match the bytes");
        }
    }

    private static byte[] message(byte[] prefix, byte[] payload) {
        var message = Arrays.copyOf(prefix, prefix.length + payload.length);
        System.arraycopy(payload, 0, message, prefix.length, payload.length);
        return message;
    }
}
