package dev.cordon.agent.enrollment;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a TLS chain that ends in the very authority an enrollment token names, by the rules of PKIX and with the host
 * name checked; nothing of the machine's own trust store counts. Keeps no state; safe for use by many threads.
 */
final class TokenTrust extends X509ExtendedTrustManager {

    private final EnrollmentToken token;

    TokenTrust(EnrollmentToken token) {
        this.token = token;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        anchored(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a connection without a host name is not trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the agent is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
        try {
            for (var certificate : chain) {
                if (token.names(Pem.sha256(certificate))) {
                    return trusting(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the server's chain cannot be checked", e);
        }
        throw new CertificateException("the server is not the one the token was made by: none of its certificates is"
                + " the authority the token names. Check the URL, and that nothing terminates TLS in between");
    }

    private static X509ExtendedTrustManager trusting(X509Certificate authority)
            throws GeneralSecurityException, CertificateException {
        try {
            var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("server", authority);
            var factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (java.io.IOException e) {
            throw new CertificateException("no empty key store", e);
        }
    }
}
