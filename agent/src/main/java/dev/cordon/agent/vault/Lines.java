package dev.cordon.agent.vault;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lines of a configuration file as bytes. Stateless. */
public final class Lines {

    private Lines() {}

    /**
     * Splits into logical lines, each with its line ends: a line that ends in a backslash goes on in the next one.
     * Together they are the whole text.
     */
    public static List<byte[]> logical(byte[] text) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length; i++) {
            boolean goesOn = i > 0 && text[i - 1] == '\\';
            if (text[i] == '\n' && !goesOn) {
                lines.add(Arrays.copyOfRange(text, start, i + 1));
                start = i + 1;
            }
        }
        if (start < text.length) {
            lines.add(Arrays.copyOfRange(text, start, text.length));
        }
        return lines;
    }

    /** The logical line with the mark in front of each of its physical lines. */
    static byte[] marked(byte[] line, byte[] mark) {
        var marked = new ByteArrayOutputStream(line.length + mark.length);
        marked.writeBytes(mark);
        for (int i = 0; i < line.length; i++) {
            marked.write(line[i]);
            if (line[i] == '\n' && i + 1 < line.length) {
                marked.writeBytes(mark);
            }
        }
        return marked.toByteArray();
    }

    /** Where {@code part} begins at the start of a line at or behind {@code from}; -1 if nowhere. */
    static int find(byte[] text, byte[] part, int from) {
        for (int i = from; i + part.length <= text.length; i++) {
            if ((i == 0 || text[i - 1] == '\n') && Arrays.equals(text, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }

    static byte[] splice(byte[] text, int at, int length, byte[] replacement) {
        byte[] spliced = new byte[text.length - length + replacement.length];
        System.arraycopy(text, 0, spliced, 0, at);
        System.arraycopy(replacement, 0, spliced, at, replacement.length);
        System.arraycopy(text, at + length, spliced, at + replacement.length, text.length - at - length);
        return spliced;
    }
}
