package dev.cordon.agent.vault;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cordon.agent.files.FileCallException;
import dev.cordon.agent.files.FileCalls;
import dev.cordon.agent.files.Handle;
import dev.cordon.agent.vault.wire.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The manifests in the vault's folder: each sealed with AES-256-GCM and bound to its name, replaced as a whole, synced
 * before the next step. What has no manifest does not exist.
 */
final class Manifests {

    private static final String MANIFEST = ".manifest";
    private static final String CONTENT = ".content";
    private static final String NEW = ".new";
    private static final byte[] HEADER = "CORDONM1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final int LARGEST = 4 << 20;

    private final FileCalls calls;
    private final Handle folder;
    private final SecretKey secret;
    private final SecureRandom random;
    private final Names names = new Names();

    Manifests(FileCalls calls, Handle folder, VaultKey key, SecureRandom random) {
        this.calls = calls;
        this.folder = folder;
        this.secret = key.derive(new byte[0], "cordon vault manifest v1");
        this.random = random;
    }

    static byte[] contentName(String id) {
        return (id + CONTENT).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] name(String id) {
        return (id + MANIFEST).getBytes(StandardCharsets.US_ASCII);
    }

    /** Removes what a crash left half written, and returns the ids of what is there. */
    List<String> clear() throws FileCallException {
        var names = names();
        for (var name : names) {
            boolean orphan = name.endsWith(CONTENT)
                    && !names.contains(name.substring(0, name.length() - CONTENT.length()) + MANIFEST);
            if (orphan || name.endsWith(NEW)) {
                calls.unlink(folder.descriptor(), name.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return ids();
    }

    List<String> ids() throws FileCallException {
        List<String> ids = new ArrayList<>();
        for (var name : names()) {
            if (name.endsWith(MANIFEST)) {
                ids.add(name.substring(0, name.length() - MANIFEST.length()));
            }
        }
        return ids;
    }

    private SortedSet<String> names() throws FileCallException {
        var names = new TreeSet<String>();
        var scratch = ByteBuffer.allocateDirect(32 * 1024);
        // a descriptor of its own, which starts at the first name
        try (var reading = new Handle(calls, calls.openFolder(folder.descriptor(), new byte[] {'.'}))) {
            for (var entries = calls.next(reading.descriptor(), scratch);
                    !entries.isEmpty();
                    entries = calls.next(reading.descriptor(), scratch)) {
                entries.forEach(entry -> names.add(new String(entry.name(), StandardCharsets.US_ASCII)));
            }
        }
        return names;
    }

    Manifest read(String id) throws IOException {
        try (var file = folder.file(name(id))) {
            long size = file.stat().size();
            if (size < HEADER.length + NONCE + TAG || size > LARGEST) {
                throw new IOException("the manifest " + id + " in the vault is damaged");
            }
            var bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && calls.read(file.descriptor(), bytes, bytes.position()) > 0) {
                // until all of it is there
            }
            int at = HEADER.length + NONCE;
            byte[] opened = run(
                    Cipher.DECRYPT_MODE,
                    Arrays.copyOfRange(bytes.array(), HEADER.length, at),
                    id,
                    Arrays.copyOfRange(bytes.array(), at, bytes.position()));
            var manifest = Manifest.parseFrom(opened);
            names.kept(manifest);
            return manifest;
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("the manifest " + id + " in the vault cannot be understood", e);
        }
    }

    /** Replaces the manifest; it is on the disk when this returns, and so is every name in the folder. */
    void write(Manifest manifest) throws IOException {
        replace(manifest);
        folder.sync();
    }

    /** Replaces the manifest; after a loss of power it may be the one before, and never half of one. */
    void replace(Manifest manifest) throws IOException {
        prepare(manifest, true);
        publish(manifest);
    }

    /**
     * Writes what is to replace the manifest beside it, where a crash leaves it without effect.
     *
     * @param sync whether it is on the disk when this returns; it has to be before {@link #publish}
     */
    void prepare(Manifest manifest, boolean sync) throws IOException {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] shut = run(Cipher.ENCRYPT_MODE, nonce, manifest.getId(), manifest.toByteArray());
        var bytes = ByteBuffer.allocate(HEADER.length + NONCE + shut.length)
                .put(HEADER)
                .put(nonce)
                .put(shut)
                .flip();
        try (var file = folder.create(freshName(manifest.getId()))) {
            calls.write(file.descriptor(), bytes, 0);
            if (sync) {
                file.sync();
            }
        } catch (IOException e) {
            discard(freshName(manifest.getId()));
            throw e;
        }
    }

    /** Puts what was prepared in the manifest's place. */
    void publish(Manifest manifest) throws FileCallException {
        calls.rename(folder.descriptor(), freshName(manifest.getId()), folder.descriptor(), name(manifest.getId()));
        names.kept(manifest);
    }

    /** Forgets what was prepared. */
    void withdraw(String id) {
        discard(freshName(id));
    }

    private static byte[] freshName(String id) {
        return (id + MANIFEST + NEW).getBytes(StandardCharsets.US_ASCII);
    }

    /** What else the vault holds that was a name of the same file. */
    List<Manifest> otherNames(Manifest manifest) throws IOException {
        List<Manifest> others = new ArrayList<>();
        for (var id : names.others(manifest)) {
            var other = read(id);
            if (Names.same(manifest, other)) {
                others.add(other);
            }
        }
        return others;
    }

    /** Forgets an object: first its manifest, for good, then what it held. */
    void drop(String id) throws FileCallException {
        unlist(id);
        folder.sync();
        discard(contentName(id));
    }

    /** Removes a manifest; what it held may go when the folder is on the disk. */
    void unlist(String id) throws FileCallException {
        calls.unlink(folder.descriptor(), name(id));
        names.gone(id);
    }

    /** Removes a file of the vault that no manifest names; what cannot be removed now goes at the next start. */
    void discard(byte[] name) {
        try {
            calls.unlink(folder.descriptor(), name);
        } catch (FileCallException e) {
            // clear() removes it
        }
    }

    private byte[] run(int mode, byte[] nonce, String id, byte[] bytes) throws IOException {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, secret, new GCMParameterSpec(TAG * 8, nonce));
            cipher.updateAAD(id.getBytes(StandardCharsets.US_ASCII));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "the manifest " + id
                            + " in the vault is damaged, or the vault's key is not the one it was sealed with",
                    e);
        }
    }
}
