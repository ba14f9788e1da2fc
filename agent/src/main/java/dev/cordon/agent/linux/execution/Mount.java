package dev.cordon.agent.linux.execution;

import dev.cordon.agent.files.FileSystemKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code mountinfo} (proc_pid_mountinfo(5)). Immutable.
 *
 * @param id of the mount, as long as there is one
 * @param device major and minor number of the file system, as {@link FileState.Id#device}
 * @param point where it is mounted, Latin-1 characters for bytes, as seen by the process whose file it was
 * @param type for example {@code ext4}
 */
record Mount(long id, long device, String point, String type) {

    /** Where the content of files comes from. */
    enum Kind {
        /** This machine's own disks and memory. */
        LOCAL,
        /** Another machine or a program: content may differ at each look, and looking may take for ever. */
        FOREIGN,
        /** Nothing that can be executed. */
        PSEUDO
    }

    static Optional<Mount> parse(String line) {
        String[] fields = line.split(" ", -1);
        int separator = 6;
        while (separator < fields.length && !fields[separator].equals("-")) {
            separator++;
        }
        if (separator + 1 >= fields.length) {
            return Optional.empty();
        }
        String[] numbers = fields[2].split(":", -1);
        if (numbers.length != 2) {
            return Optional.empty();
        }
        try {
            long device = (Long.parseLong(numbers[0]) << 32) | Long.parseLong(numbers[1]);
            return Optional.of(
                    new Mount(Long.parseLong(fields[0]), device, unescape(fields[4]), fields[separator + 1]));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Blank, tab, newline and backslash are three octal digits behind a backslash. */
    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && i + 3 < text.length()) {
                plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    Kind kind() {
        return switch (FileSystemKind.of(type)) {
            // files of huge pages are somebody's, and nobody else's list need know it
            case KERNEL -> type.equals("hugetlbfs") ? Kind.LOCAL : Kind.PSEUDO;
            case NETWORK, USER_SPACE -> Kind.FOREIGN;
            // a program for a disk's format may show what it likes
            case LOCAL -> type.equals("fuseblk") ? Kind.FOREIGN : Kind.LOCAL;
        };
    }

    /** The bytes of a file under {@code /proc} as text, one character a byte. */
    static List<String> lines(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
    }
}
