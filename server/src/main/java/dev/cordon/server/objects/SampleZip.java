package dev.cordon.server.objects;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A file sample inside a zip that nobody opens by accident: AES-256 with the customary password {@code infected}. It is
 * made while it is downloaded, and nothing of it is ever on disk in plain.
 *
 * <p>The format is AE-2 of the WinZip AES specification (APPNOTE.TXT 4.3 for the frame around it), the entry stored
 * without compression, so that all sizes are known before the first byte. The salt comes from the object's own key: the
 * same object gives the same bytes each time, and a broken download can be continued.
 */
record SampleZip(ObjectFiles files, StoredObject object) implements Content {

    static final String PASSWORD = "infected";

    private static final int SALT = 16;
    private static final int CHECK = 2;
    private static final int CODE = 10;
    private static final int LOCAL_HEADER = 30 + 11;
    private static final int CENTRAL_HEADER = 46 + 11;
    private static final int END = 22;
    private static final short FLAGS = 0x0001 | 0x0800; // encrypted, name in UTF-8
    private static final short AES = 99;
    private static final short VERSION = 51;

    @Override
    public String fileName() {
        return object.name() + ".zip";
    }

    @Override
    public String mediaType() {
        return "application/zip";
    }

    @Override
    public long size() {
        return LOCAL_HEADER + CENTRAL_HEADER + END + 2L * name().length + encryptedSize();
    }

    @Override
    public String entityTag() {
        return "\"zip-" + object.sha256() + "-" + object.id() + "\"";
    }

    @Override
    public Instant lastModified() {
        return Objects.requireNonNull(object.completedAt());
    }

    /** Makes the zip from its start, because its end authenticates all of it, and lets only the wanted part out. */
    @Override
    public void copy(long from, long length, OutputStream to) throws IOException {
        var window = new Window(to, from, length);
        try (var file = files.read(object)) {
            var salt = Arrays.copyOf(
                    hmac("HmacSHA256", files.key(object), "zip salt".getBytes(StandardCharsets.US_ASCII)), SALT);
            var keys = derive(salt);
            window.write(localHeader());
            window.write(salt);
            window.write(keys, 64, CHECK);
            var code = mac("HmacSHA1", Arrays.copyOfRange(keys, 32, 64));
            file.copy(0, object.size(), new Encryption(window, Arrays.copyOf(keys, 32), code));
            window.write(code.doFinal(), 0, CODE);
            window.write(centralHeader());
            window.write(end());
        } catch (Window.FullException e) {
            // all that was wanted is out
        }
    }

    private byte[] name() {
        return object.name().getBytes(StandardCharsets.UTF_8);
    }

    private long encryptedSize() {
        return SALT + CHECK + object.size() + CODE;
    }

    private byte[] localHeader() {
        var name = name();
        return common(ByteBuffer.allocate(LOCAL_HEADER + name.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0x04034b50))
                .putShort((short) name.length)
                .putShort((short) 11)
                .put(name)
                .put(extra())
                .array();
    }

    private byte[] centralHeader() {
        var name = name();
        return common(ByteBuffer.allocate(CENTRAL_HEADER + name.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0x02014b50)
                        .putShort(VERSION))
                .putShort((short) name.length)
                .putShort((short) 11)
                .putShort((short) 0) // comment
                .putShort((short) 0) // disk
                .putShort((short) 0) // internal attributes
                .putInt(0) // external attributes
                .putInt(0) // offset of the local header
                .put(name)
                .put(extra())
                .array();
    }

    /** What both headers have between their signature and the length of the name. */
    private ByteBuffer common(ByteBuffer header) {
        var at = lastModified().atOffset(ZoneOffset.UTC);
        int time = at.getHour() << 11 | at.getMinute() << 5 | at.getSecond() / 2;
        int date = Math.max(0, at.getYear() - 1980) << 9 | at.getMonthValue() << 5 | at.getDayOfMonth();
        return header.putShort(VERSION)
                .putShort(FLAGS)
                .putShort(AES)
                .putShort((short) time)
                .putShort((short) date)
                .putInt(0) // AE-2 has the authentication code in the place of a checksum
                .putInt((int) encryptedSize())
                .putInt((int) object.size());
    }

    private static byte[] extra() {
        return ByteBuffer.allocate(11)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x9901)
                .putShort((short) 7)
                .putShort((short) 2) // AE-2
                .put((byte) 'A')
                .put((byte) 'E')
                .put((byte) 3) // 256 bits
                .putShort((short) 0) // stored
                .array();
    }

    private byte[] end() {
        int name = name().length;
        return ByteBuffer.allocate(END)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(CENTRAL_HEADER + name)
                .putInt((int) (LOCAL_HEADER + name + encryptedSize()))
                .putShort((short) 0)
                .array();
    }

    /** 32 bytes to encrypt, 32 to authenticate, 2 to check the password. */
    private static byte[] derive(byte[] salt) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1")
                    .generateSecret(new PBEKeySpec(PASSWORD.toCharArray(), salt, 1_000, 66 * 8))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time has no PBKDF2", e);
        }
    }

    private static byte[] hmac(String algorithm, byte[] key, byte[] text) {
        return mac(algorithm, key).doFinal(text);
    }

    private static Mac mac(String algorithm, byte[] key) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time has no " + algorithm, e);
        }
    }

    /** AES in counter mode with the counter in little-endian order, which the format wants and no Java cipher has. */
    private static final class Encryption extends OutputStream {

        private static final int BLOCK = 16;
        private static final int BLOCKS = 512;

        private final OutputStream to;
        private final Mac code;
        private final Cipher aes;
        private final byte[] counters = new byte[BLOCK * BLOCKS];
        private byte[] stream = new byte[0];
        private int used;
        private long counter;

        Encryption(OutputStream to, byte[] key, Mac code) {
            this.to = to;
            this.code = code;
            try {
                aes = Cipher.getInstance("AES/ECB/NoPadding");
                aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java run time has no AES", e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] plain, int offset, int length) throws IOException {
            var sealed = new byte[length];
            for (int i = 0; i < length; i++) {
                if (used == stream.length) {
                    more();
                }
                sealed[i] = (byte) (plain[offset + i] ^ stream[used++]);
            }
            code.update(sealed);
            to.write(sealed);
        }

        private void more() {
            var blocks = ByteBuffer.wrap(counters).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < BLOCKS; i++) {
                blocks.putLong(++counter).putLong(0);
            }
            stream = aes.update(counters);
            used = 0;
        }
    }

    /** Lets through what lies between two offsets. */
    private static final class Window extends FilterOutputStream {

        private long skip;
        private long left;

        Window(OutputStream to, long from, long length) {
            super(to);
            skip = from;
            left = length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int skipped = (int) Math.min(skip, length);
            skip -= skipped;
            int part = (int) Math.min(left, length - skipped);
            out.write(bytes, offset + skipped, part);
            left -= part;
            if (left == 0) {
                throw new FullException();
            }
        }

        /** All that was wanted is out. */
        private static final class FullException extends IOException {
            private static final long serialVersionUID = 1L;
        }
    }
}
