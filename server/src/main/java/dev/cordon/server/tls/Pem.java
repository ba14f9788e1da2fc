package dev.cordon.server.tls;

import dev.cordon.server.keys.PrivateFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads and writes PEM files (RFC 7468). */
final class Pem {

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

    /** Takes PKCS #8 and OpenSSL's own forms, because operators bring both. */
    static PrivateKey privateKey(Path file) {
        try (var parser = new PEMParser(new StringReader(new String(read(file), StandardCharsets.US_ASCII)))) {
            var converter = new JcaPEMKeyConverter();
            Object found;
            while ((found = parser.readObject()) != null) {
                if (found instanceof PrivateKeyInfo info) {
                    return converter.getPrivateKey(info);
                }
                if (found instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException e) {
            throw new TlsException(file + " cannot be read as a PEM private key. Restore it from a backup.", e);
        }
        throw new TlsException(
                file + " holds no private key without a passphrase. Replace it with an unencrypted PEM key, mode 0600.",
                null);
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
