package dev.cordon.agent.files;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * An absolute path of raw bytes, as the kernel has it: Java's own paths cannot hold every name where the locale is C,
 * and Linux allows any byte but slash and zero. Immutable, equal by value.
 */
public final class RawPath implements Comparable<RawPath> {

    /** Where the file system starts. */
    public static final RawPath ROOT = new RawPath(new byte[] {'/'});

    private static final byte SLASH = '/';

    private final byte[] bytes;

    private RawPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Empty components and single dots are dropped.
     *
     * @throws IllegalArgumentException if it is not absolute, holds a zero byte or a component {@code ..}
     */
    public static RawPath of(byte[] path) {
        if (path.length == 0 || path[0] != SLASH) {
            throw new IllegalArgumentException("not an absolute path: '" + shown(path) + "'");
        }
        var clean = new ByteArrayOutputStream(path.length);
        int start = 0;
        for (int end = 0; end <= path.length; end++) {
            if (end < path.length && path[end] != SLASH) {
                if (path[end] == 0) {
                    throw new IllegalArgumentException("a path cannot hold a zero byte: '" + shown(path) + "'");
                }
                continue;
            }
            int length = end - start;
            if (length == 2 && path[start] == '.' && path[start + 1] == '.') {
                throw new IllegalArgumentException("a path with '..' is not taken: '" + shown(path) + "'");
            }
            if (length > 0 && !(length == 1 && path[start] == '.')) {
                clean.write(SLASH);
                clean.write(path, start, length);
            }
            start = end + 1;
        }
        return clean.size() == 0 ? ROOT : new RawPath(clean.toByteArray());
    }

    /** @throws IllegalArgumentException like {@link #of(byte[])} */
    public static RawPath of(String path) {
        return of(path.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @throws IllegalArgumentException like {@link #of(byte[])}
     */
    public static RawPath parse(String shown) {
        byte[] text = shown.getBytes(StandardCharsets.UTF_8);
        var path = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; i++) {
            boolean escaped = text[i] == '\\'
                    && i + 3 < text.length
                    && text[i + 1] == 'x'
                    && HexFormat.isHexDigit(text[i + 2])
                    && HexFormat.isHexDigit(text[i + 3]);
            if (escaped) {
                path.write(HexFormat.fromHexDigit(text[i + 2]) << 4 | HexFormat.fromHexDigit(text[i + 3]));
                i += 3;
            } else {
                path.write(text[i]);
            }
        }
        return of(path.toByteArray());
    }

    /** Every byte of the name, also those that the path's text cannot show. */
    public static RawPath of(Path path) {
        String encoded = path.toAbsolutePath().normalize().toUri().getRawPath();
        var decoded = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                decoded.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                decoded.write(c);
            }
        }
        return of(decoded.toByteArray());
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public boolean isRoot() {
        return bytes.length == 1;
    }

    /** The folder it is in; the root is in itself. */
    public RawPath parent() {
        int slash = lastSlash();
        return slash <= 0 ? ROOT : new RawPath(Arrays.copyOf(bytes, slash));
    }

    /** The last component; empty for the root. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
    }

    public RawPath resolve(byte[] name) {
        int slash = isRoot() ? 0 : 1;
        byte[] joined = Arrays.copyOf(bytes, bytes.length + slash + name.length);
        joined[joined.length - name.length - 1] = SLASH;
        System.arraycopy(name, 0, joined, joined.length - name.length, name.length);
        return new RawPath(joined);
    }

    /** Another absolute path below this one, as in a machine whose root is here. */
    public RawPath append(RawPath below) {
        if (isRoot()) {
            return below;
        }
        if (below.isRoot()) {
            return this;
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + below.bytes.length);
        System.arraycopy(below.bytes, 0, joined, bytes.length, below.bytes.length);
        return new RawPath(joined);
    }

    public RawPath resolve(String name) {
        return append(of("/" + name));
    }

    /** The path as seen from a machine whose root is {@code root}; this one where it is not below. */
    public RawPath within(RawPath root) {
        if (root.isRoot() || !startsWith(root)) {
            return this;
        }
        return bytes.length == root.bytes.length
                ? ROOT
                : new RawPath(Arrays.copyOfRange(bytes, root.bytes.length, bytes.length));
    }

    /** Whether it is this folder or something below it. */
    public boolean startsWith(RawPath folder) {
        if (folder.isRoot()) {
            return true;
        }
        int length = folder.bytes.length;
        return bytes.length >= length
                && Arrays.equals(bytes, 0, length, folder.bytes, 0, length)
                && (bytes.length == length || bytes[length] == SLASH);
    }

    public List<byte[]> components() {
        List<byte[]> components = new ArrayList<>();
        int start = 1;
        for (int i = 1; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == SLASH) {
                if (i > start) {
                    components.add(Arrays.copyOfRange(bytes, start, i));
                }
                start = i + 1;
            }
        }
        return components;
    }

    private int lastSlash() {
        int at = bytes.length - 1;
        while (bytes[at] != SLASH) {
            at--;
        }
        return at;
    }

    /**
     * For people: bytes that are no UTF-8, control characters and characters that turn the direction of writing are
     * escaped as {@code \xNN}, and so is a backslash that would look like such an escape.
     */
    public static String shown(byte[] name) {
        var text = new StringBuilder(name.length + 8);
        int at = 0;
        while (at < name.length) {
            int length = characterLength(name, at);
            if (length == 0) {
                escape(text, name, at, 1);
                at++;
                continue;
            }
            int character = new String(name, at, length, StandardCharsets.UTF_8).codePointAt(0);
            boolean looksEscaped = character == '\\' && at + 1 < name.length && name[at + 1] == 'x';
            if (looksEscaped || isTreacherous(character)) {
                escape(text, name, at, length);
            } else {
                text.appendCodePoint(character);
            }
            at += length;
        }
        return text.toString();
    }

    private static boolean isTreacherous(int character) {
        int type = Character.getType(character);
        return Character.isISOControl(character)
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED;
    }

    private static void escape(StringBuilder text, byte[] name, int from, int length) {
        for (int i = from; i < from + length; i++) {
            text.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits(name[i]));
        }
    }

    /** Length of the UTF-8 character that starts here, or 0 if none does. */
    private static int characterLength(byte[] text, int at) {
        int lead = text[at] & 0xff;
        int length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if ((lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || at + length > text.length) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((text[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        // over-long forms and surrogates come back as the replacement character, which has other bytes
        byte[] again = new String(text, at, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(again, 0, again.length, text, at, at + length) ? length : 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public int compareTo(RawPath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    /** As {@link #shown}. */
    @Override
    public String toString() {
        return shown(bytes);
    }
}
