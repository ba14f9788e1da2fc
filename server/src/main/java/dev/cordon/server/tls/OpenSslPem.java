package dev.cordon.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads private keys in the forms that OpenSSL writes beside PKCS #8, for example {@code EC PRIVATE KEY}. */
final class OpenSslPem {

    private OpenSslPem() {}

    static PrivateKey privateKey(Path file, String text) {
        try (var parser = new PEMParser(new StringReader(text))) {
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
            throw Pem.unreadable(file, e);
        }
        throw new TlsException(
                file + " holds no private key without a passphrase. Replace it with an unencrypted PEM key, mode 0600.",
                null);
    }
}
