package dev.cordon.agent.vault;

import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.files.RawPath;
import dev.cordon.agent.hash.FileHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;

/** A file with everything a file can have, and how it looks: compared as a whole. */
record Specimen(String content, String metadata) {

    static final byte[] ACL = {
        2, 0, 0, 0, 1, 0, 7, 0, -1, -1, -1, -1, 2, 0, 4, 0, -24, 3, 0, 0, 4, 0, 5, 0, -1, -1, -1, -1, 16, 0, 5, 0, -1,
        -1, -1, -1, 32, 0, 5, 0, -1, -1, -1, -1
    };
    static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    static byte[] bytes(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static FileHash sha256(byte[] bytes) {
        return digest("SHA-256", bytes);
    }

    static FileHash digest(String algorithm, byte[] bytes) {
        try {
            return FileHash.of(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a set-user-id file with owner, times in nanoseconds, access control list, capability and attributes. */
    static void make(FileCalls calls, RawPath place, byte[] content) throws IOException {
        try (var folder = Handle.folder(calls, place.parent());
                var file = folder.create(place.name())) {
            calls.write(file.descriptor(), ByteBuffer.wrap(content), 0);
            calls.setOwner(file.descriptor(), 1000, 1001);
            calls.setAttribute(file.descriptor(), new FileCalls.Attribute("user.origin", "elsewhere".getBytes()));
            calls.setAttribute(file.descriptor(), new FileCalls.Attribute("user.empty", new byte[0]));
            calls.setAttribute(file.descriptor(), new FileCalls.Attribute("trusted.mark", new byte[] {0, 1, 2}));
            calls.setAttribute(file.descriptor(), new FileCalls.Attribute("system.posix_acl_access", ACL));
            calls.setPermissions(file.descriptor(), 04755);
            calls.setAttribute(file.descriptor(), new FileCalls.Attribute("security.capability", CAPABILITY));
            calls.setTimes(
                    file.descriptor(),
                    new dev.cordon.agent.files.Stat.Instant64(1_600_000_000L, 123_456_789),
                    new dev.cordon.agent.files.Stat.Instant64(-5L, 999_999_999));
        }
    }

    /** How the file looks; empty if there is none. */
    static Optional<Specimen> at(FileCalls calls, RawPath place) throws IOException {
        try (var folder = Handle.folder(calls, place.parent());
                var file = folder.file(place.name())) {
            var stat = file.stat();
            var metadata = Properties.of(calls, file, stat);
            var content = ByteBuffer.allocate((int) stat.size());
            while (content.hasRemaining() && calls.read(file.descriptor(), content, content.position()) > 0) {
                // all of it
            }
            return Optional.of(
                    new Specimen(sha256(content.array()).hex(), HexFormat.of().formatHex(metadata.toByteArray())));
        } catch (dev.cordon.agent.files.FileCallException e) {
            if (e.gone()) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
