package dev.cordon.cli.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which servers are believed to be who they say. */
public final class Trust {

    private Trust() {}

    /**
     * Believes only servers that this authority vouches for; without one, those that this computer believes.
     *
     * @throws IllegalArgumentException if the text holds no certificate
     */
    static SSLContext context(Optional<String> authority) {
        try {
            if (authority.isEmpty()) {
                return SSLContext.getDefault();
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates(authority.get())) {
                store.setCertificateEntry("ca" + number++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return context(trust.getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("the CA is not usable: " + e.getMessage(), e);
        }
    }

    /**
     * Believes anybody. Only to fetch what is public and to show it to a person before anything secret is sent.
     */
    static SSLContext nobodyChecked() {
        try {
            return context(new TrustManager[] {new Anybody()});
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java run time has no TLS", e);
        }
    }

    /** The SHA-256 of the authority's certificate, in pairs of hex digits as browsers and openssl show it. */
    public static String fingerprint(String pem) {
        try {
            byte[] encoded = certificates(pem).iterator().next().getEncoded();
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the CA is not usable: " + e.getMessage(), e);
        }
    }

    /** Whether a person's spelling of a fingerprint, in any case, with or without colons and prefix, is this one. */
    public static boolean same(String fingerprint, String typed) {
        return plain(fingerprint).equals(plain(typed));
    }

    private static String plain(String fingerprint) {
        String lower = fingerprint.strip().toLowerCase(java.util.Locale.ROOT);
        return (lower.startsWith("sha256:") ? lower.substring("sha256:".length()) : lower).replaceAll("[:\\s]", "");
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        var found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (found.isEmpty()) {
            throw new IllegalArgumentException("the CA file holds no certificate");
        }
        return found;
    }

    private static SSLContext context(TrustManager[] managers) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, new SecureRandom());
        return context;
    }

    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
