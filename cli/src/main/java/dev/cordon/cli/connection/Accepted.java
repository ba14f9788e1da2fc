package dev.cordon.cli.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Remembers, in a file that only its owner may write, which certificates of a server the run time's own checks accepted:
 * to find the same bytes good again needs no second look. What is remembered counts for one server and one authority,
 * for a day at most, and never longer than the certificates do. A file that is damaged counts as not there.
 */
final class Accepted {

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Optional<Path> file;
    private final InstantSource time;

    /** @param folder that of the profiles; without it nothing is remembered */
    Accepted(Optional<Path> folder, String server, Optional<String> authority, InstantSource time) {
        byte[] whole = (server + "\n" + authority.orElse("")).getBytes(StandardCharsets.UTF_8);
        this.file = folder.map(home -> home.resolve("servers").resolve(hex(digest().digest(whole))));
        this.time = time;
    }

    /** The digest of the certificates that are good now, if there are any. */
    Optional<byte[]> good() {
        try {
            if (file.isEmpty() || !Files.exists(file.get())) {
                return Optional.empty();
            }
            String[] words = Files.readString(file.get()).strip().split(" ", -1);
            long now = time.instant().getEpochSecond();
            return words.length == 3 && now >= Long.parseLong(words[0]) && now < Long.parseLong(words[1])
                    ? Optional.of(HexFormat.of().parseHex(words[2]))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Remembers what was accepted just now; where it cannot be written, the next command checks again. */
    void remember(Certificate... chain) {
        if (file.isEmpty()) {
            return;
        }
        try {
            Instant from = time.instant();
            Instant until = from.plus(LONGEST);
            byte[][] encoded = new byte[chain.length][];
            for (int i = 0; i < chain.length; i++) {
                encoded[i] = chain[i].getEncoded();
                if (!(chain[i] instanceof X509Certificate certificate)) {
                    return;
                }
                Instant end = certificate.getNotAfter().toInstant();
                until = end.isBefore(until) ? end : until;
            }
            PrivateFile.write(
                    file.get(), from.getEpochSecond() + " " + until.getEpochSecond() + " " + hex(digest(encoded)));
        } catch (IOException | CertificateEncodingException e) {
            // nothing is remembered
        }
    }

    /** Tells chains of certificates apart, however many and however long they are. */
    static byte[] digest(byte[][] chain) {
        MessageDigest digest = digest();
        for (byte[] certificate : chain) {
            digest.update((certificate.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(certificate);
        }
        return digest.digest();
    }

    static boolean same(byte[] digest, byte[][] chain) {
        return chain.length > 0 && Arrays.equals(digest, digest(chain));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java run time has no SHA-256", e);
        }
    }
}
