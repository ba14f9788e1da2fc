package dev.cordon.server.tls;

import dev.cordon.server.keys.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes PEM files (RFC 7468). */
final class Pem {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final long MOST_BYTES = 1 << 20;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private Pem() {}

    static String text(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (var certificate : certificates) {
            try {
                append(text, "CERTIFICATE", certificate.getEncoded());
            } catch (CertificateEncodingException e) {
                throw new TlsException("A certificate cannot be encoded.", e);
            }
        }
        return text.toString();
    }

    private static String text(PrivateKey key) {
        var text = new StringBuilder();
        append(text, "PRIVATE KEY", key.getEncoded());
        return text.toString();
    }

    private static void append(StringBuilder text, String label, byte[] der) {
        text.append("-----BEGIN ").append(label).append("-----\n");
        text.append(LINES.encodeToString(der)).append('\n');
        text.append("-----END ").append(label).append("-----\n");
    }

    static void write(Path file, List<X509Certificate> certificates) {
        try {
            PrivateFile.writePublic(file, text(certificates).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    static void write(Path file, PrivateKey key) {
        try {
            PrivateFile.write(file, text(key).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    static List<X509Certificate> certificates(Path file) {
        try {
            var found =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
            var certificates = found.stream().map(X509Certificate.class::cast).toList();
            if (certificates.isEmpty()) {
                throw new TlsException(file + " holds no certificate. Replace it with a PEM certificate chain.", null);
            }
            return certificates;
        } catch (CertificateException e) {
            throw new TlsException(
                    file + " cannot be read as PEM certificates. Restore it from a backup, or replace it.", e);
        }
    }

    /**
     * Takes PKCS #8 and OpenSSL's own forms, because operators bring both. What Cordon writes itself is PKCS #8 and read
     * with the JDK alone: the library for the rest comes in signed jars, which cost a start a tenth of a second.
     */
    static PrivateKey privateKey(Path file) {
        var text = new String(read(file), StandardCharsets.US_ASCII);
        var plain = PKCS8.matcher(text);
        if (!plain.find()) {
            return OpenSslPem.privateKey(file, text);
        }
        try {
            var der = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(plain.group(1)));
            for (var algorithm : List.of("EC", "RSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(der);
                } catch (InvalidKeySpecException e) {
                    // a key of another kind: the next algorithm may know it
                }
            }
            throw unreadable(file, null);
        } catch (IllegalArgumentException | NoSuchAlgorithmException e) {
            throw unreadable(file, e);
        }
    }

    static TlsException unreadable(Path file, @Nullable Exception cause) {
        return new TlsException(file + " cannot be read as a PEM private key. Restore it from a backup.", cause);
    }

    private static byte[] read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new TlsException(file + " is far too large for a PEM file. Replace it.", null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TlsException(
                    file + " cannot be read: " + e.getMessage() + ". Make it readable for the user the server runs as.",
                    e);
        }
    }

    private static TlsException unwritable(Path file, IOException cause) {
        return new TlsException(
                file + " cannot be written: " + cause.getMessage()
                        + ". Make its directory writable for the user the server runs as, and look for free space.",
                cause);
    }
}
