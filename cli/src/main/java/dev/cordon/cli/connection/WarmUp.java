package dev.cordon.cli.connection;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Readies on a second processor what every call to a server needs, while the first one still reads the command line: the
 * run time's own set-up of TLS and JSON takes as long as that. It only makes things faster: nothing depends on it.
 */
public final class WarmUp {

    private WarmUp() {}

    public static void begin() {
        Thread.ofPlatform().daemon().name("warm-up").start(WarmUp::run);
    }

    private static void run() {
        if (NativeTls.isHere()) {
            Json.write(Json.read("{\"a\":[1,\"\"]}"));
            InetAddress.getLoopbackAddress();
            return;
        }
        try {
            CertificateFactory.getInstance("X.509");
            SSLContext tls = Trust.nobodyChecked();
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            tls.getSupportedSSLParameters();
            KeyPairGenerator.getInstance("X25519").generateKeyPair();
            Signature.getInstance("SHA256withECDSA");
        } catch (GeneralSecurityException | RuntimeException e) {
            // the call itself will say what is wrong
        }
    }
}
