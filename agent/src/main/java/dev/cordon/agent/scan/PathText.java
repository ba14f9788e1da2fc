package dev.cordon.agent.scan;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file's name as the machine spells it: UTF-8 where it is, {@code \xNN} for every byte of a name that is not. A path's
 * own text has lost such bytes; its URI has not. Stateless.
 */
final class PathText {

    private PathText() {}

    static String of(Path path) {
        byte[] name = bytes(path);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            var text = new StringBuilder(name.length + 16);
            for (byte b : name) {
                if (b >= 0) {
                    text.append((char) b);
                } else {
                    text.append(String.format(Locale.ROOT, "\\x%02x", b & 0xff));
                }
            }
            return text.toString();
        }
    }

    private static byte[] bytes(Path path) {
        String encoded = path.toAbsolutePath().toUri().getRawPath();
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(encoded.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
