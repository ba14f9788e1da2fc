package dev.cordon.agent.linux.execution;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of files for people: UTF-8 as it is, control characters and bytes that are no text as {@code \xNN}. Stateless. */
final class Names {

    private static final int LONGEST = 512;

    private Names() {}

    /** @param latin1 one character a byte */
    static String readable(String latin1) {
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        var text = new StringBuilder(bytes.length);
        while (true) {
            var result = decoder.decode(in, out, true);
            append(text, out.flip());
            out.clear();
            if (!result.isError()) {
                break;
            }
            for (int i = 0; i < result.length(); i++) {
                escape(text, in.get() & 0xff);
            }
            decoder.reset();
        }
        return text.length() <= LONGEST ? text.toString() : text.substring(0, LONGEST) + "…";
    }

    /** A name as the kernel has it: one character a byte. */
    static String latin1(String name) {
        return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void append(StringBuilder text, CharBuffer plain) {
        plain.chars().forEach(c -> {
            if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\\' || isDirection(c)) {
                escape(text, c);
            } else {
                text.append((char) c);
            }
        });
    }

    /** Characters that turn the text after them around. */
    private static boolean isDirection(int c) {
        return (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }

    private static void escape(StringBuilder text, int c) {
        if (c > 0xff) {
            text.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
            text.append(String.format(Locale.ROOT, "\\x%02x", c));
        }
    }
}
