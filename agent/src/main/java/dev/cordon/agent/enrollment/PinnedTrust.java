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
 * Trusts a TLS chain that ends in one authority, known by its hash, by the rules of PKIX and with the host name
 * checked; nothing of the machine's own trust store counts. Keeps no state; safe for use by many threads.
 */
final class PinnedTrust extends X509ExtendedTrustManager {

    private final String caSha256;
    private final String refusal;

    /**
     * @param caSha256 of the DER form of the authority's certificate, lower-case hex
     * @param refusal what to say of a server whose chain is without this authority
     */
    PinnedTrust(String caSha256, String refusal) {
        this.caSha256 = caSha256;
        this.refusal = refusal;
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
                if (caSha256.equals(Pem.sha256Hex(certificate))) {
                    return trusting(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the server's chain cannot be checked", e);
        }
        throw new CertificateException(refusal);
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
