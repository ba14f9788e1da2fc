package dev.cordon.agent.linux;

import dev.cordon.agent.isolation.IsolationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the number of a user: in {@code /etc/passwd}, or through {@code getent} for users of a directory service. */
final class LocalUser {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.@-]{0,63}\\$?");
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Duration TIME_LIMIT = Duration.ofSeconds(5);
    private static final int OUTPUT_LIMIT = 64 << 10;

    private LocalUser() {}

    static long uid(String name) throws IsolationException {
        if (!NAME.matcher(name).matches()) {
            throw new IsolationException("'" + ServiceGroup.printable(name) + "' is not a user name", null);
        }
        Optional<Long> local = local(name);
        if (local.isPresent()) {
            return local.get();
        }
        Program.Ended getent = Program.run(TIME_LIMIT, OUTPUT_LIMIT, "", List.of("getent", "passwd", name));
        return uidOf(getent.output().lines(), name)
                .orElseThrow(() -> new IsolationException("there is no user '" + name + "' on this machine", null));
    }

    private static Optional<Long> local(String name) {
        try (Stream<String> lines = Files.lines(PASSWD, StandardCharsets.ISO_8859_1)) {
            return uidOf(lines, name);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> uidOf(Stream<String> lines, String name) {
        return lines.map(line -> line.split(":", -1))
                .filter(fields -> fields.length >= 3 && fields[0].equals(name) && fields[2].matches("[0-9]{1,10}"))
                .map(fields -> Long.parseLong(fields[2]))
                .findFirst();
    }
}
