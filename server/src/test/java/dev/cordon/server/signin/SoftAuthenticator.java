package dev.cordon.server.signin;

import dev.cordon.server.web.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/**
 * An authenticator with one passkey, and the browser around it: ES256, attestation "none". Its fields can be turned to
 * make it lie.
 */
final class SoftAuthenticator {

    private static final int PRESENT = 0x01;
    private static final int VERIFIED = 0x04;
    private static final int ATTESTED = 0x40;

    private final KeyPair keys;
    private final byte[] credentialId = new byte[32];
    private byte[] userHandle = new byte[0];
    long counter = 1;
    boolean verifies = true;
    String origin;
    String rpId;

    SoftAuthenticator(String origin, String rpId) {
        this.origin = origin;
        this.rpId = rpId;
        new SecureRandom().nextBytes(credentialId);
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What {@code navigator.credentials.create} would give for these options. */
    String create(JsonNode options) {
        userHandle = Base64.getUrlDecoder().decode(options.at("/user/id").stringValue());
        var client = client("webauthn.create", options);
        var point = ((ECPublicKey) keys.getPublic()).getW();
        var credential = join(
                new byte[16],
                new byte[] {0, (byte) credentialId.length},
                credentialId,
                new byte[] {(byte) 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20},
                coordinate(point.getAffineX()),
                new byte[] {0x22, 0x58, 0x20},
                coordinate(point.getAffineY()));
        var data = join(authenticatorData(ATTESTED), credential);
        var attestation = join(
                new byte[] {(byte) 0xa3},
                word("fmt"),
                word("none"),
                word("attStmt"),
                new byte[] {(byte) 0xa0},
                word("authData"),
                new byte[] {0x59, (byte) (data.length >> 8), (byte) data.length},
                data);
        var json = answer();
        json.putObject("response")
                .put("clientDataJSON", text(client))
                .put("attestationObject", text(attestation))
                .putArray("transports")
                .add("internal");
        return json.toString();
    }

    /** What {@code navigator.credentials.get} would give for these options. */
    String get(JsonNode options) {
        var client = client("webauthn.get", options);
        var data = authenticatorData(0);
        var json = answer();
        json.putObject("response")
                .put("clientDataJSON", text(client))
                .put("authenticatorData", text(data))
                .put("signature", text(sign(join(data, sha256(client)))))
                .put("userHandle", text(userHandle));
        return json.toString();
    }

    private tools.jackson.databind.node.ObjectNode answer() {
        var json = Json.MAPPER.createObjectNode();
        json.put("id", text(credentialId)).put("rawId", text(credentialId)).put("type", "public-key");
        json.putObject("clientExtensionResults");
        return json;
    }

    private byte[] client(String type, JsonNode options) {
        return Json.MAPPER
                .createObjectNode()
                .put("type", type)
                .put("challenge", options.get("challenge").stringValue())
                .put("origin", origin)
                .put("crossOrigin", false)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] authenticatorData(int flags) {
        int all = flags | PRESENT | (verifies ? VERIFIED : 0);
        return ByteBuffer.allocate(37)
                .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) all)
                .putInt((int) counter)
                .array();
    }

    private byte[] sign(byte[] bytes) {
        try {
            var signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] coordinate(BigInteger number) {
        var bytes = number.toByteArray();
        var fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] word(String text) {
        return join(new byte[] {(byte) (0x60 + text.length())}, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(part -> {
            try {
                all.write(part);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return all.toByteArray();
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
