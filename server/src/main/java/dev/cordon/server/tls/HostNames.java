package dev.cordon.server.tls;

import dev.cordon.protocol.AddressText;
import java.io.IOException;
import java.net.IDN;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names and addresses that callers may use for this server. Names of this machine come from the kernel and from
 * {@code /etc/hosts}, never from the network: a slow name server must not delay the start or change the certificate.
 */
public final class HostNames {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_][a-z0-9_-]{0,62}(\\.[a-z0-9_-]{1,63})*");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");
    private static final Path HOSTS = Path.of("/etc/hosts");

    private HostNames() {}

    /** The given ones, this machine's own, and the loopback's; in lower case, without doubles. */
    public static SequencedSet<String> all(Collection<String> given) {
        var names = new LinkedHashSet<String>();
        given.forEach(host -> names.add(normal(host)));
        names.addAll(ofThisMachine());
        names.addAll(List.of("localhost", "127.0.0.1", "::1"));
        return names;
    }

    /** This machine's names by which others may reach it, the qualified ones first. */
    public static List<String> ofThisMachine() {
        var names = new LinkedHashSet<String>();
        var own = own();
        own.ifPresent(host -> names.addAll(qualified(host)));
        own.ifPresent(names::add);
        return names.isEmpty() ? List.of("localhost") : List.copyOf(names);
    }

    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    static String normal(String host) {
        var plain = host.strip().toLowerCase(Locale.ROOT);
        if (plain.startsWith("[") && plain.endsWith("]")) {
            plain = plain.substring(1, plain.length() - 1);
        }
        if (isAddress(plain)) {
            return address(plain, host);
        }
        try {
            var ascii = plain.chars().allMatch(c -> c < 128) ? plain : IDN.toASCII(plain); // IDN is slow to load
            if (ascii.length() <= 253 && NAME.matcher(ascii).matches()) {
                return ascii;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw noHost(host);
    }

    private static String address(String text, String given) {
        try {
            return AddressText.of(text);
        } catch (IllegalArgumentException e) {
            throw noHost(given);
        }
    }

    private static TlsException noHost(String given) {
        return new TlsException(
                "'" + given + "' is neither a host name nor an address. Correct --host or --bind.", null);
    }

    private static Optional<String> own() {
        return lines(KERNEL)
                .map(line -> line.strip().toLowerCase(Locale.ROOT))
                .filter(name -> NAME.matcher(name).matches())
                .findFirst();
    }

    private static List<String> qualified(String host) {
        return lines(HOSTS)
                .map(line -> line.replaceFirst("#.*", "")
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .split("\\s+"))
                .flatMap(words -> Stream.of(words).skip(1))
                .filter(name ->
                        name.startsWith(host + ".") && NAME.matcher(name).matches())
                .distinct()
                .toList();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
